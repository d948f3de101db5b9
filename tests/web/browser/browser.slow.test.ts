// Starting a browser, and loading what drives it, takes as long as many tests in it, so the suites share a process.
import './attack.ts'
import './pages.ts'
import './reading.ts'
import './searching.ts'
import './telegram.ts'
