import { listReports } from '../../src/reports/folder.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { startReader } from '../../src/reports/reading.ts'

/** A program that reads the first report of a folder, says so, and ends or (`busy`) goes on with the second. */
const [folder = '', goesOn] = process.argv.slice(2)
const { files } = await listReports(folder)
const reader = startReader({ ...defaultLimits, seconds: 300, memoryMb: 16_000 })
await reader.read(files[0]!)
process.stdout.write('read\n')
if (goesOn === 'busy') await reader.read(files[1]!)
