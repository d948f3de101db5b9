import type { Bilingual } from '../../errors.ts'
import type { FileBytes } from './fileBytes.ts'

/**
 * The record of all that is known of a format. To add a format, write its reader, its record in `formats.ts` and its line in
 * `readers.ts`.
 */
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
   * Tells by its bytes whether a file has the format. Of several formats that say yes, the one whose record comes first counts. A
   * format without this function is told by its files' names.
   * @param named the format that the file's name promises, by its key in `formats`
   */
  readonly matches?: (file: FileBytes, named: string | undefined) => boolean
  /** The usual extension of a file with such bytes, where it need not be the first one. */
  readonly usualExtension?: (file: FileBytes) => string
  /** Documents of the same sort that no reader reads, and that can be saved in the format. */
  readonly unread?: UnreadDocuments
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
