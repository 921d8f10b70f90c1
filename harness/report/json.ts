import type { Certificate } from '../certificate/certificate.ts'

/** The certificate as it is, `busproof.certificate/3`, for programs. */
export const renderJson = (certificate: Certificate): string => `${JSON.stringify(certificate, null, 2)}\n`
