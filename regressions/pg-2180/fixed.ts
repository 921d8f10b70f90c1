import pg from 'pg-8-0-3'
import { busOn } from '../pg.ts'

export default busOn(pg, 'pg-8-0-3')
