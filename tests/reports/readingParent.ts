import { listReports } from '../../src/reports/folder.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { startReadingProcess } from '../../src/reports/readingProcess.ts'

/** A program that reads the first report of a folder, says so, and ends or (`busy`) goes on with the second. */
const [folder = '', goesOn] = process.argv.slice(2)
const { files } = await listReports(folder)
const reader = startReadingProcess({ ...defaultLimits, seconds: 300, memoryMb: 16_000 })
await reader.read(files[0]!)
process.stdout.write('read\n')
if (goesOn === 'busy') await reader.read(files[1]!)
