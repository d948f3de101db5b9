// The script of the page for visitors who are not let in. Inside Telegram the client states who the visitor is; with
// that statement the script asks for a session and opens the page anew.
const texts = JSON.parse(document.body.dataset.texts ?? '{}')
const title = document.querySelector('h1')
const message = document.querySelector('[role=status]')

/** @param {string} text a title and a text, in two lines */
function tell(text) {
  const [first, second = ''] = text.split('\n')
  if (title) title.textContent = first ?? ''
  if (message) message.textContent = second
}

/** The client's statement, from the fragment of this page or of the first one. */
function initData() {
  const own = new URLSearchParams(location.hash.replace(/^#(?:[^=&]*[?&](?=tgWebApp))?/, '')).get('tgWebAppData')
  if (own) return own
  try {
    return new URLSearchParams(sessionStorage.getItem('wenju.telegram') ?? '').get('tgWebAppData')
  } catch {
    return null
  }
}

/** Each statement is tried once, as without cookies the page would be opened anew for ever. @param {string} data */
function isTried(data) {
  try {
    const tried = sessionStorage.getItem('wenju.tried') === data
    sessionStorage.setItem('wenju.tried', data)
    return tried
  } catch {
    return false
  }
}

const data = initData()
if (data && isTried(data)) tell(texts.invalid)
else if (data) {
  if (message) message.textContent = texts.waiting
  try {
    const response = await fetch(`${document.body.dataset.root}api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ initData: data }),
    })
    if (response.ok) location.reload()
    else tell(response.status === 403 ? texts.forbidden : texts.invalid)
  } catch {
    tell(texts.invalid)
  }
}
