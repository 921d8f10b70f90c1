/** Names of headers that mean something to the harness. */
import { OP_HEADER, REDRIVEN } from '../vocabulary.ts'

const TOKEN = /^[A-Za-z_][A-Za-z0-9._-]{0,63}$/

/** Whether a bus takes it whose names of headers are tokens. */
export const isToken = (name: string): boolean => TOKEN.test(name)

/** Headers that are not the message's own. */
export const isOfHarness = (name: string): boolean => name === OP_HEADER || name === REDRIVEN
