import { isUtf8 } from 'node:buffer'
import JSZip from 'jszip'
import { type Bilingual, ReportError } from '../../errors.ts'
import type { MembersReader } from '../manuscript.ts'
import { plainName } from './memberNames.ts'
import { maxRatio, tooLarge, unpackPart } from './zip.ts'
import { refuseManyEntries, type ZipEntry, zipEntries } from './zipDirectory.ts'

/** All members of an archive together may be as large as so many of the largest files that are read. */
const maxTotalFiles = 25
/** Archives that unpack to no more than this are not suspected, however tightly they are packed. */
const harmlessBytes = 1024 * 1024

/**
 * Lists the files in a ZIP archive; folders are no files. Of several members of one name the last counts, as a program that
 * replaces a member may leave the earlier one.
 */
export const readZip: MembersReader = async (bytes, { file, limits }) => {
  const entries = zipEntries(bytes)
  const stated = entries.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0)
  const bound = Math.min(limits.bytes * maxTotalFiles, Math.max(harmlessBytes, bytes.length * maxRatio))
  refuseManyEntries(bytes, file)
  if (stated > bound) throw tooLarge(file, bound)
  const archive = await JSZip.loadAsync(bytes, { decodeFileName: nameDecoder(entries) }).catch((cause) => {
    throw unusable(file, cause)
  })
  const parts = new Map(
    Object.values(archive.files)
      .filter(({ dir }) => !dir)
      .map((part) => [part.unsafeOriginalName ?? part.name, part] as const),
  )
  // The directory may lie about sizes, so the bytes that are really unpacked count against the bound as well; those of a member that
  // is read again count once.
  let left = bound
  const counted = new Map<string, number>()
  const count = (name: string, bytes: number) => {
    const before = counted.get(name) ?? 0
    left -= Math.max(0, bytes - before)
    counted.set(name, Math.max(before, bytes))
  }
  return {
    names: [...parts.keys()],
    async read(name) {
      const member = `${file}/${plainName(name)}`
      const maxBytes = Math.max(0, Math.min(left + (counted.get(name) ?? 0), limits.bytes))
      let unpacked = 0
      const content = await unpackPart(parts.get(name)!, maxBytes, (bytes) => (unpacked += bytes))
        .catch((cause) => {
          throw faulty(member, damagedText, cause)
        })
        .finally(() => count(name, unpacked))
      if (content === null) throw tooLarge(member, maxBytes)
      return content
    },
  }
}

/**
 * A decoder of the names that are not marked as UTF-8. Programs on macOS and Linux write UTF-8 all the same; those on Chinese
 * Windows write GBK, of which a single name may happen to be well-formed UTF-8, but hardly all names of an archive.
 */
function nameDecoder(entries: readonly ZipEntry[]): (bytes: string[] | Uint8Array | Buffer) => string {
  const decoder = new TextDecoder(entries.every(({ nameBytes }) => isUtf8(nameBytes)) ? 'utf-8' : 'gb18030')
  return (bytes) => decoder.decode(bytes as Uint8Array)
}

/** The fault of an archive that cannot be opened. @param cause the error of the library, which tells kinds apart by its text */
function unusable(file: string, cause: Error): ReportError {
  if (/encrypted/iu.test(cause.message)) return faulty(file, lockedText, cause)
  if (/multi-volumes/iu.test(cause.message)) return faulty(file, splitText, cause)
  if (/: compression /u.test(cause.message)) return faulty(file, packingText, cause)
  return faulty(file, damagedText, cause)
}

function faulty(file: string, { zh, en }: Bilingual, cause: unknown): ReportError {
  return new ReportError({ zh: `${file}:${zh}`, en: `${file}: ${en}` }, { cause })
}

const damagedText: Bilingual = {
  zh: '压缩包已损坏或不完整,无法读取。请重新下载或重新压缩,或解压后放入其中的文件。',
  en: 'expected a whole archive, found a damaged or incomplete one. Download or pack it again, or put in the files that it holds.',
}
const lockedText: Bilingual = {
  zh: '压缩包有密码保护,无法读取。请解压后放入其中的文件。',
  en: 'expected an open archive, found one under a password. Unpack it and put in the files that it holds.',
}
const splitText: Bilingual = {
  zh: '这是分卷压缩包的一部分,无法单独读取。请解压后放入其中的文件。',
  en: 'expected a whole archive, found one part of several. Unpack it and put in the files that it holds.',
}
const packingText: Bilingual = {
  zh: '压缩包用了少见的压缩方法,无法读取。请解压后放入其中的文件,或按普通 ZIP 重新压缩。',
  en: 'expected an ordinary ZIP, found a rare method of compression. Unpack it and put in the files that it holds, or pack it again as an ordinary ZIP.',
}
