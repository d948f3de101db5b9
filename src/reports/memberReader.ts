import { ReportError } from '../errors.ts'
import { readReportBytes, stampAt } from './file.ts'
import { defaultLimits, type ReadLimits } from './manuscript.ts'
import { type Container, holderIn, openMembers, type PlainMembers } from './members.ts'

/**
 * Reads a member of a file.
 * @param member its path inside the file, through an archive in it where it lies in one
 * @throws ReportError when it is damaged, or there is none of this path any more
 */
export type MemberReader = (container: Container, member: string, limits?: ReadLimits) => Promise<Uint8Array>

/** A file whose members are read. */
interface Opened {
  readonly file: string
  readonly members: PlainMembers
  /** The one of its members that was opened last. */
  readonly inner: Memory<Opened>
}

/**
 * A reader that keeps the file which it opened last, and inside it the member that it opened last. Members are asked for one after
 * the other, and opening the file for each of them would take time in the square of their number.
 */
export function memberReader(): MemberReader {
  const last = memory<Opened>()
  return async ({ path, file }, member, limits = defaultLimits) => {
    const open = async (content: Uint8Array, opened: string, rest: string): Promise<Opened> => {
      const members = await openMembers(content, { file: opened, limits })
      if (!members) throw missingMember(opened, rest)
      return { file: opened, members, inner: memory() }
    }
    const find = async ({ file: opened, members, inner }: Opened, rest: string): Promise<Uint8Array> => {
      if (members.names.has(rest)) return members.read(rest)
      const holder = holderIn(rest, members.names)
      if (holder === undefined) throw missingMember(opened, rest)
      const below = rest.slice(holder.length + 1)
      const held = await inner(holder, async () => open(await members.read(holder), `${opened}/${holder}`, below))
      return find(held, below)
    }
    const stamp = await stampAt(path)
    const whole = await last(`${path}\n${stamp}`, async () =>
      open(await readReportBytes(path, file, limits.bytes), file, member),
    )
    return find(whole, member)
  }
}

/** A function that makes a value for a key, unless the value made last is of the same key. */
type Memory<T> = (key: string, make: () => Promise<T>) => Promise<T>

function memory<T>(): Memory<T> {
  let last: { readonly key: string; readonly value: Promise<T> } | null = null
  return (key, make) => {
    if (last?.key === key) return last.value
    const made = { key, value: make() }
    last = made
    // A failure is not kept, as the disk may have been at fault.
    made.value.catch(() => {
      if (last === made) last = null
    })
    return made.value
  }
}

/** The fault of a missing member, with the code of a missing file. */
function missingMember(file: string, member: string): ReportError {
  const text = {
    zh: `${file}:里面没有 ${member}。请检查名称。`,
    en: `${file}: it holds no ${member}. Check the name.`,
  }
  return new ReportError(text, { cause: Object.assign(new Error(text.en), { code: 'ENOENT' }) })
}
