// Starting a browser, and loading what drives it, takes as long as many tests in it, so the suites share a process.
import './attack.ts'
import './reading.ts'
import './searching.ts'
import './telegram.ts'
// The last one reads a PDF in this process. PDF.js puts its own `JSON.stringify` in place, which is many times slower for what
// is sent to the browser.
import './pages.ts'
