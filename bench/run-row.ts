/** Measures one row in this process and prints what it found, as the last line. */
import { ROWS } from './rows.ts'

const row = ROWS.find(({ name }) => name === process.argv[2])
if (row === undefined) throw new Error(`there is no row ${process.argv[2]}`)
console.log(JSON.stringify(await row.run()))
