// The script of the search page answers while one types. Without it the search box is a form that does the same.
const { body } = document
const texts = JSON.parse(body.dataset.texts ?? '{}')
const form = /** @type {HTMLFormElement} */ (document.querySelector('form.search'))
const input = /** @type {HTMLInputElement} */ (document.getElementById('question'))
const results = /** @type {HTMLElement} */ (document.getElementById('results'))
const root = body.dataset.root ?? './'
const pauseMs = 250

/** The menu of reports; null where there is only one report, or too many for a menu. */
const menu = /** @type {HTMLSelectElement | null} */ (document.getElementById('report'))

/** The question of the results on the page; null after a failure or a change of the menu. @type {string | null} */
let shown = input.value.trim()
/** @type {AbortController | undefined} */
let running
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting
/** True while one question is being typed, whose address replaces that of the question so far. */
let isTyping = false

/** The address of a question with the tags that narrow the reports. @param {string} path @param {string} question */
function addressOf(path, question) {
  const query = new URLSearchParams()
  if (question !== '') query.set('q', question)
  for (const [key, value] of new FormData(form)) if (key !== 'q' && value !== '') query.append(key, String(value))
  return query.size > 0 ? `${path}?${query}` : path
}

/** @param {boolean} isKept whether the address goes into the history */
async function search(isKept = true) {
  clearTimeout(waiting)
  const question = input.value.trim()
  if (question === shown) return
  running?.abort()
  const own = new AbortController()
  running = own
  shown = question
  if (isKept) keep(question)
  if (question === '') return show([])
  results.hidden = false
  results.classList.add('working')
  if (!results.hasChildNodes()) results.replaceChildren(message(texts.working))
  try {
    const address = new URL(addressOf(`${root}api/search`, question), location.href)
    address.searchParams.set('lang', document.documentElement.lang)
    const response = await fetch(address, { signal: own.signal })
    const answer = await response.json()
    if (own === running) show(answer.error ? [message(answer.error)] : contentsOf(answer))
  } catch {
    if (own !== running || own.signal.aborted) return
    shown = null
    show([message(texts.failed)])
  }
}

/** Puts the question into the address; one history entry a search, however long typed. @param {string} question */
function keep(question) {
  const address = addressOf(root, question)
  if (isTyping) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  isTyping = true
  document.title = question === '' ? texts.title : `${question} · ${texts.name}`
  for (const chip of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('[data-tags]'))) {
    const to = new URL(chip.href)
    if (question === '') to.searchParams.delete('q')
    else to.searchParams.set('q', question)
    if (menu) {
      to.searchParams.delete('tags')
      for (const tag of [...JSON.parse(chip.dataset.tags ?? '[]'), menu.value]) {
        if (tag !== '') to.searchParams.append('tags', tag)
      }
    }
    chip.href = to.href
  }
  const other = /** @type {HTMLAnchorElement | null} */ (document.querySelector('a.language'))
  if (other) {
    const to = new URL(other.href)
    to.searchParams.set('q', question)
    to.searchParams.delete('tags')
    for (const tag of new FormData(form).getAll('tags')) if (tag !== '') to.searchParams.append('tags', String(tag))
    other.href = to.href
  }
}

/** @param {Node[]} nodes */
function show(nodes) {
  results.classList.remove('working')
  results.replaceChildren(...nodes)
  results.hidden = nodes.length === 0
}

/** @param {any} answer as `api/search` gives it @returns {Node[]} */
function contentsOf({ band, messages, quotes, further, furtherTitle }) {
  const shown = messages.map((/** @type {string} */ text) => message(text, band))
  if (quotes.length === 0) return shown
  const list = listOf(quotes)
  if (band === 'none') return [...shown, element('details', {}, [element('summary', {}, [texts.nearest]), list])]
  if (further.length === 0) return [...shown, list]
  const summary = element('summary', {}, [furtherTitle])
  return [...shown, list, element('details', { className: 'further' }, [summary, listOf(further)])]
}

/** Quotes as a list of links. @param {any[]} quotes */
function listOf(quotes) {
  return element(
    'ol',
    { className: 'quotes' },
    quotes.map((quote) => element('li', {}, [found(quote)])),
  )
}

/** A quote as a link to its page. @param {any} quote */
function found({ text, highlights, figures, gloss, path, sourceLine }) {
  const q = element('q')
  const bounds = [...new Set([0, ...[...highlights, ...figures].flat(), text.length])].sort((a, b) => a - b)
  /** @param {number[][]} ranges @param {number} at */
  const holds = (ranges, at) => ranges.some(([start = 0, end = 0]) => start <= at && at < end)
  bounds.forEach((at, i) => {
    const words = text.slice(at, bounds[i + 1])
    if (i === bounds.length - 1) return
    if (!holds(highlights, at)) q.append(words)
    else q.append(element('mark', { className: holds(figures, at) ? 'f' : '' }, [words]))
  })
  const asked = new URLSearchParams(location.search).get('lang')
  const href = asked ? root + path.replace('#', `&lang=${asked}#`) : root + path
  const below = [element('span', { className: 'source' }, [sourceLine])]
  if (gloss !== '') below.unshift(element('span', { className: 'gloss' }, [gloss]))
  return element('a', { className: 'found', href }, [q, ...below])
}

/** @param {string} text @param {string} [band] */
function message(text, band = '') {
  return element('p', { className: `message ${band}`.trim() }, [text])
}

/**
 * @param {string} tag @param {object} [properties] @param {(Node | string)[]} [children]
 */
function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

input.addEventListener('input', (event) => {
  clearTimeout(waiting)
  // While a syllable is being composed there is no word yet.
  if (event instanceof InputEvent && event.isComposing) return
  waiting = setTimeout(search, pauseMs)
})
input.addEventListener('compositionend', () => {
  clearTimeout(waiting)
  waiting = setTimeout(search, pauseMs)
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  search()
  isTyping = false
})
input.addEventListener('blur', () => {
  isTyping = false
})
menu?.addEventListener('change', () => {
  shown = null
  isTyping = false
  search()
})
addEventListener('popstate', () => {
  const asked = new URLSearchParams(location.search)
  input.value = asked.get('q') ?? ''
  if (menu) {
    const before = menu.value
    const tags = asked.getAll('tags')
    menu.value = [...menu.options].find(({ value }) => value !== '' && tags.includes(value))?.value ?? ''
    if (menu.value !== before) shown = null
  }
  isTyping = false
  search(false)
})

/** The links that the arrow keys move through. */
const links = () =>
  /** @type {HTMLElement[]} */ ([...results.querySelectorAll('a.found')]).filter((link) => link.offsetParent)

addEventListener('keydown', (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  const isInBox = event.target === input
  if (event.key === '/' && !isInBox) {
    event.preventDefault()
    input.focus()
    input.select()
  } else if (event.key === 'Escape' && (isInBox || results.contains(/** @type {Node} */ (event.target)))) {
    event.preventDefault()
    input.value = ''
    input.focus()
    search()
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const all = links()
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    if ((at < 0 && !isInBox) || all.length === 0) return
    event.preventDefault()
    const to = at + (event.key === 'ArrowDown' ? 1 : -1)
    const next = at < 0 && event.key === 'ArrowUp' ? undefined : all[to]
    if (next) next.focus()
    else if (to < 0) input.focus()
  } else if (
    event.key === 'Enter' &&
    isInBox &&
    input.value.trim() === shown &&
    links()[0] &&
    !running?.signal.aborted
  ) {
    if (results.classList.contains('working')) return
    event.preventDefault()
    links()[0]?.click()
  }
})
