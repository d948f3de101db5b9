import type { Bilingual } from '../../errors.ts'
import type { FormatReader, MembersReader } from '../manuscript.ts'
import type { FileBytes } from './fileBytes.ts'
import type { PageDrawer } from './pageDrawing.ts'

/** The record of all that is known of a format. To add a format, write its reader and its record in `formats.ts`. */
export interface FormatRecord {
  /** The name of a file of the format; in English with its article, as after “read as”. */
  readonly name: Bilingual
  /** The MIME types of its files by their extensions, in lower case with the dot; the usual extension comes first. */
  readonly mimeTypes: Readonly<Record<string, string>>
  /** True where its bytes tell each of its files, so that any other text of such a name is read as text. */
  readonly isBinary?: true
  /**
   * True where its files are ZIP archives. The name alone tells the format of an archive that was cut off before its directory.
   */
  readonly isPackage?: true
  /**
   * Tells whether a file has the format by its bytes. The formats are asked in the order of their records. Left out where
   * only the name tells.
   * @param named the format that the file's name promises, by its key in `formats`
   */
  readonly matches?: (file: FileBytes, named: string | undefined) => boolean
  /** The usual extension of a file with such bytes, where it need not be the first one. */
  readonly usualExtension?: (file: FileBytes) => string
  /** Documents of the same sort that no reader reads, and that can be saved in the format. */
  readonly unread?: UnreadDocuments
  /** Loads the reader with its libraries, which are large: only the process that reads files calls this. */
  readonly load: () => Promise<FormatReader>
  /** Loads what draws its pages, in the process that draws; left out for formats without pages, or whose pages nobody draws. */
  readonly loadDrawer?: () => Promise<PageDrawer>
  /** True where its pages are drawn with fonts of the machine, and so not where none has Chinese characters. */
  readonly drawsWithFonts?: true
  /** Loads the reader of the files inside its files, such as attachments, which are reports of their own; left out for none. */
  readonly members?: () => Promise<MembersReader>
}

/** Documents that people put among reports and that no reader reads. */
export interface UnreadDocuments {
  /** The remedy, as a sentence. */
  readonly advice: Bilingual
  /** Extensions with their dots, parted by spaces. */
  readonly extensions: string
  /** Kinds that their bytes tell, which no other kind may match; the name is empty where people have none for it. */
  readonly kinds: readonly { readonly name: string; readonly matches: (file: FileBytes) => boolean }[]
}
