/** Telegram takes about one message or edit a second in a chat. */
const gapMs = 1000

/**
 * Creates a live message, which is edited to show the progress of some work: at most once a second, one edit at a time,
 * and only when the text changes.
 * @param edit sets the text of the message, and never rejects
 * @param shown the text of the message so far
 */
export function createLiveMessage(edit: (text: string) => Promise<unknown>, shown: string) {
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
    /** Sets the text to show next. A text that is replaced before its turn is never shown. */
    show(text: string) {
      wanted = text
      plan()
    },
    /** Makes no more edits, and resolves when none is under way. */
    async end() {
      isEnded = true
      clearTimeout(timer)
      await running
    },
  }
}
