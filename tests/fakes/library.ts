import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import type { Answerer, ReportAnswerer } from '../../src/answer/answerer.ts'
import { ReportError } from '../../src/errors.ts'
import type {
  Added,
  Library,
  LibraryFault,
  LibraryFile,
  LibraryStatus,
  LibraryUpdate,
  UpdateProgress,
} from '../../src/library/types.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import type { Origin } from '../../src/reports/sidecar.ts'

export interface FakeLibrary extends Library {
  status: LibraryStatus
  /** Names and contents as they were added, in order. */
  readonly added: readonly (readonly [name: string, content: string])[]
  /** Runs at an `add` before it is done; it may report, wait or throw. */
  onAdd: (name: string, onProgress: (progress: UpdateProgress) => void) => void | Promise<void>
  /** The fields of the result of `add` that do not follow from the content. */
  found: Partial<Added>
  /** True when removed files can be put back. */
  keepsRemoved: boolean
  /** Puts a file there as if it always lay there. */
  put(name: string, content?: string): LibraryFile
  /** Tells the listeners of faults, as an update would. */
  meets(...faults: readonly LibraryFault[]): void
  /** Tells the listeners that faults are there no more. */
  mends(...cleared: readonly LibraryFault[]): void
  readonly listeners: number
}

/** The fault of a file that is no report. */
export const wrongType = new ReportError({ zh: '不支持这种文件。', en: 'This kind of file is not supported.' })
/** The fault of a file whose content is `broken`. */
export const brokenFile = new ReportError({ zh: '文件已损坏。', en: 'The file is damaged.' })

const readable = ['.txt', '.pdf', '.jpg', '.html']

/** A reports folder in memory. A file's title is its name without what is behind the dot; it holds a passage a `。`. */
export function fakeLibrary(): FakeLibrary {
  const files = new Map<string, LibraryFile>()
  const removed = new Map<string, LibraryFile>()
  const added: [string, string][] = []
  const listeners = new Set<(update: LibraryUpdate) => void>()
  const idOf = (content: string) => createHash('sha256').update(content).digest('base64url').slice(0, 16)
  const freeName = (name: string, number = 1): string => {
    const extension = extname(name)
    const tried = number === 1 ? name : `${name.slice(0, name.length - extension.length)}-${number}${extension}`
    return [...files.values()].some(({ file }) => file === tried) ? freeName(name, number + 1) : tried
  }
  const put = (name: string, content: string, origin?: Origin): LibraryFile => {
    const file = freeName(name)
    const title = file.slice(0, file.length - extname(file).length)
    const from = origin && { url: origin.url, fetched: origin.fetched }
    const entry = { id: idOf(content), file, title, ...from }
    files.set(entry.id, entry)
    return entry
  }
  const move = (id: string, from: Map<string, LibraryFile>, to: Map<string, LibraryFile>) => {
    const file = from.get(id)
    from.delete(id)
    if (!file) return null
    to.set(id, file)
    return { ...file, files: [file.file], reports: 1 }
  }
  const library: FakeLibrary = {
    answerer: noAnswerer,
    get current(): never {
      throw new Error('the fake library has no index')
    },
    firstUpdate: Promise.resolve(),
    originals: originalsIn('reports'),
    status: {
      engine: 'made up',
      model: 'fake',
      modelNote: null,
      passages: 12,
      faults: [],
      notes: [],
      update: null,
      trouble: null,
    },
    get files() {
      return [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1))
    },
    get listeners() {
      return listeners.size
    },
    added,
    onAdd: () => {},
    found: {},
    keepsRemoved: true,
    put: (name, content = name) => put(name, content),
    async add(name, bytes, onProgress = () => {}, origin) {
      const content = new TextDecoder().decode(bytes)
      added.push([name, content])
      await library.onAdd(name, onProgress)
      if (!readable.includes(extname(name))) throw wrongType
      if (content === 'broken') throw brokenFile
      const known = files.get(idOf(content))
      const entry = known ?? put(name, content, origin)
      const passages = content.split('。').length - 1
      const found = {
        articles: 1,
        passages,
        doubtfulPages: [],
        uncertainTables: { count: 0, pages: [] },
        emptyPages: [],
        notes: [],
        reports: null,
        faults: [],
        ...library.found,
      }
      return { ...entry, ...found, isNew: !known }
    },
    async removalOf(id) {
      const file = files.get(id)
      return file ? { files: [file.file], reports: [file] } : null
    },
    remove: async (id) => move(id, files, removed),
    restore: async (id) => (library.keepsRemoved ? move(id, removed, files) : null),
    onUpdate(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    meets(...faults) {
      for (const listener of listeners) listener({ ...noUpdate, faults })
    },
    mends(...cleared) {
      for (const listener of listeners) listener({ ...noUpdate, cleared })
    },
    async close() {},
  }
  return library
}

const noUpdate: LibraryUpdate = { added: [], changed: [], vanished: [], embedded: 0, faults: [], cleared: [] }

/** The library with an answerer in place of its own, which answers nothing, over reports in a folder. */
export function answeredBy(library: FakeLibrary, answerer: Answerer, reportsFolder = 'reports'): FakeLibrary {
  return Object.create(library, { answerer: { value: answerer }, originals: { value: originalsIn(reportsFolder) } })
}

/** An answerer that answers nothing. */
const noAnswerer: ReportAnswerer = {
  reports: [],
  reportsMatching: () => ({ reports: [], facets: [] }),
  answer: () => Promise.reject(new Error('the fake library answers nothing')),
  quote: async () => null,
  paragraph: async () => null,
  report: async () => null,
  locate: async () => null,
  locateSelection: async () => null,
  indexedFile: async () => null,
}
