import pg from 'pg-8-10-0'
import { busOn } from '../pg.ts'

export default busOn(pg, 'pg-8-10-0')
