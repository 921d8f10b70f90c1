import type { Certificate } from '../certificate/certificate.ts'

/** The whole certificate, `busproof.certificate/3`, for programs. */
export const renderJson = (certificate: Certificate): string => `${JSON.stringify(certificate, null, 2)}\n`
