import { downloadFromWeb, type WebDownloadOptions } from '../network/webDownload.ts'
import { explainLinkFault } from './faults.ts'
import { fileNameOf } from './fileName.ts'
import type { FetchLink } from './types.ts'

export type LinkOptions = Omit<WebDownloadOptions, 'signal' | 'isWanted'>

/** The types of files that no reader reads. Of other types the bytes tell, as servers call documents by all kinds of types. */
const unwanted = /^(?:audio|font|model|video)\/|\/(?:css|(?:x-)?javascript|ecmascript|json)$|\+json$/u

const isWanted = (type: string) => !unwanted.test(type)

/** Makes the function that fetches files from web addresses. */
export function createLinkFetcher(options: LinkOptions): FetchLink {
  return async (address, signal) => {
    try {
      const found = await downloadFromWeb(address, { ...options, signal, isWanted })
      const { url, bytes, charset } = found
      const fetched = new Date().toISOString()
      return {
        name: fileNameOf(found),
        bytes,
        origin: { url: url.href, fetched, ...(charset !== null && { charset }) },
      }
    } catch (error) {
      throw explainLinkFault(error, options.maxBytes)
    }
  }
}
