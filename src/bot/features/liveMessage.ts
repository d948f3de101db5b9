/** Telegram takes about one message or edit a second in a chat. */
const gapMs = 1000

/** A message that shows how something goes while it goes on. */
export interface LiveMessage {
  /** What it should say now; what is overtaken before its turn is never shown. */
  show(text: string): void
  /** Ends it, and resolves when no edit is under way any more. */
  end(): Promise<void>
}

/**
 * Edits at most once a second, one edit at a time, and only when the text changes.
 * @param edit makes the message say a text; its failures are its own affair
 * @param shown what the message says at first
 */
export function createLiveMessage(edit: (text: string) => Promise<unknown>, shown: string): LiveMessage {
  let wanted = shown
  let lastAt = Date.now()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let isEnded = false

  const plan = () => {
    if (isEnded || timer || running || wanted === shown) return
    timer = setTimeout(begin, Math.max(0, lastAt + gapMs - Date.now()))
  }
  const begin = () => {
    timer = undefined
    if (wanted === shown) return
    shown = wanted
    running = edit(shown).then(() => {
      lastAt = Date.now()
      running = undefined
      plan()
    })
  }
  return {
    show(text) {
      wanted = text
      plan()
    },
    async end() {
      isEnded = true
      clearTimeout(timer)
      await running
    },
  }
}
