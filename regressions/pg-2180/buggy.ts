import pg from 'pg-8-0-2'
import { busOn } from '../pg.ts'

export default busOn(pg, 'pg-8-0-2')
