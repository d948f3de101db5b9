// The script of a report's page scrolls to the quote, and copies links and citations of any words that are selected. Inside
// Telegram it sends them into a chat, too.
const { body } = document
const texts = JSON.parse(body.dataset.texts ?? '{}')
const main = document.querySelector('main')
const bar = document.getElementById('bar')
const report = main?.dataset.report
/** Telegram's interface; undefined outside Telegram. */
const webApp = /** @type {any} */ (window).Telegram?.WebApp
if (main && bar && report) follow(main, bar, report)

const wide = matchMedia('(min-width: 64rem)')
const contents = /** @type {HTMLDetailsElement | null} */ (document.getElementById('contents'))
const unfold = () => {
  if (contents) contents.open = wide.matches
}
wide.addEventListener('change', unfold)
unfold()

// Telegram takes the fragment for itself, so the page goes to its quote without one.
const quote = document.getElementById('q')
if (quote && (location.hash === '#q' || !document.getElementById(location.hash.slice(1)))) {
  quote.focus({ preventScroll: true })
  const kind = performance.getEntriesByType('navigation')[0]
  const isReturn = kind && 'type' in kind && kind.type === 'back_forward'
  if (!isReturn) quote.scrollIntoView({ block: 'center', behavior: 'instant' })
}

/**
 * Keeps the bar in step with the selection: it shows the words selected, or else the page's own quote.
 * @param {HTMLElement} main @param {HTMLElement} bar @param {string} report
 */
function follow(main, bar, report) {
  const title = /** @type {HTMLElement} */ (bar.querySelector('strong'))
  const source = /** @type {HTMLElement} */ (bar.querySelector('.source'))
  const outcome = /** @type {HTMLElement} */ (bar.querySelector('.outcome'))
  const sharer = /** @type {HTMLButtonElement | null} */ (bar.querySelector('[data-share]'))
  if (sharer && webApp?.initData) sharer.hidden = false
  const first = {
    title: title.textContent,
    source: source.textContent,
    isHidden: bar.hidden,
    ready: { path: bar.dataset.path ?? '', citation: bar.dataset.citation ?? '' },
  }
  /** @type {number[][]} The ranges of the selection; empty for the page's own quote. */
  let ranges = []

  const back = () => {
    ranges = []
    outcome.textContent = ''
    title.textContent = first.title
    source.textContent = first.source
    bar.hidden = first.isHidden
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting
  document.addEventListener('selectionchange', () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      // The text that is offered for copying by hand is a selection as well, and not one of the report.
      if (bar.contains(document.activeElement) && document.activeElement !== bar) return
      const selection = getSelection()
      const found = selection && !selection.isCollapsed ? rangesOf(selection, main) : []
      if (found.length === 0) {
        if (ranges.length > 0) back()
        return
      }
      ranges = found
      outcome.textContent = ''
      title.textContent = texts.selection
      source.textContent = shortened(String(selection).replace(/\s+/gu, ' ').trim())
      bar.hidden = false
    }, 200)
  })

  bar.addEventListener('click', async (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (!button) return
    if (!button.dataset.copy && button !== sharer) {
      if (ranges.length > 0) {
        getSelection()?.removeAllRanges()
        back()
      } else bar.hidden = true
      return
    }
    if (button === sharer && !webApp.isVersionAtLeast('8.0')) {
      outcome.textContent = texts.tooOld
      return
    }
    outcome.textContent = texts.checking
    const ready = ranges.length > 0 ? await verified(report, ranges) : first.ready
    if ('error' in ready) {
      outcome.textContent = ready.error
      return
    }
    if (button === sharer) {
      sharer.disabled = true
      await share(report, ready.path, outcome)
      sharer.disabled = false
      return
    }
    const link = new URL(body.dataset.root + ready.path, location.href).href
    await copy(button.dataset.copy === 'link' ? link : `${ready.citation} ${link}`, outcome)
  })
}

/** @param {string} text */
function shortened(text) {
  return text.length > 60 ? `${[...text].slice(0, 58).join('')}……` : text
}

/**
 * The selection as ranges of the report's canonical text, in reading order. The `data-at` of an element is the position
 * of its words there.
 * @param {Selection} selection @param {Element} within
 */
function rangesOf(selection, within) {
  const range = selection.getRangeAt(0)
  /** @type {number[][]} */
  const ranges = []
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll('[data-at]'))) {
    const words = element.firstChild
    if (!(words instanceof Text) || !range.intersectsNode(words)) continue
    const from = words === range.startContainer ? range.startOffset : 0
    const to = words === range.endContainer ? range.endOffset : words.length
    if (from >= to) continue
    const at = Number(element.dataset.at)
    const last = ranges.at(-1)
    if (last && last[1] === at + from) last[1] = at + to
    else ranges.push([at + from, at + to])
  }
  return ranges
}

/**
 * Asks the server whether the selected words can be quoted, for their link and citation.
 * @param {string} report @param {number[][]} ranges
 * @returns {Promise<{path: string, citation: string} | {error: string}>}
 */
function verified(report, ranges) {
  return asked('selection', { report, ranges }, texts.failed)
}

/**
 * Has the server leave the words of a path with Telegram, whose client then asks for the chat to send them to.
 * @param {string} report @param {string} path @param {HTMLElement} outcome
 */
async function share(report, path, outcome) {
  outcome.textContent = texts.preparing
  const { q, s } = Object.fromEntries(new URL(path, location.href).searchParams)
  const prepared = await asked('share', { initData: webApp.initData, report, q, s }, texts.notShared)
  if ('error' in prepared) {
    outcome.textContent = prepared.error
    return
  }
  outcome.textContent = ''
  webApp.shareMessage(prepared.id, (/** @type {boolean} */ isSent, /** @type {string | undefined} */ fault) => {
    if (isSent) outcome.textContent = texts.shared
    else if (fault !== 'USER_DECLINED') outcome.textContent = texts.notShared
  })
}

/** Posts to the server; `failed` is the error where it cannot be reached. @param {string} name @param {object} content @param {string} failed */
async function asked(name, content, failed) {
  try {
    const response = await fetch(`${body.dataset.root}api/${name}${languageQuery()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    })
    const answer = await response.json()
    return response.ok || answer.error ? answer : { error: failed }
  } catch {
    return { error: failed }
  }
}

/** The parameter for the page's own language, whatever the browser would ask for. */
function languageQuery() {
  return `?lang=${document.documentElement.lang}`
}

/** @param {string} text @param {HTMLElement} outcome */
async function copy(text, outcome) {
  try {
    await navigator.clipboard.writeText(text)
    outcome.textContent = texts.copied
  } catch {
    // Some web views do not let a page write to the clipboard.
    const field = document.createElement('textarea')
    field.readOnly = true
    field.value = text
    field.ariaLabel = texts.copyByHand
    outcome.replaceChildren(texts.copyByHand, field)
    field.select()
    if (document.execCommand('copy')) outcome.textContent = texts.copied
  }
}
