/** Versions of one package have the types of the present one. */
declare module 'opossum-4-2-0' {
  export { default } from 'opossum'
}
declare module 'opossum-4-2-1' {
  export { default } from 'opossum'
}
declare module 'opossum-8-1-1' {
  export { default } from 'opossum'
}
declare module 'opossum-8-1-2' {
  export { default } from 'opossum'
}
declare module 'pg-8-0-2' {
  export { default } from 'pg'
}
declare module 'pg-8-0-3' {
  export { default } from 'pg'
}
declare module 'pg-8-9-0' {
  export { default } from 'pg'
}
declare module 'pg-8-10-0' {
  export { default } from 'pg'
}
