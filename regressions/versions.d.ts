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
