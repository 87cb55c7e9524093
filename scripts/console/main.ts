import { consoleToken } from '../local/console-token.ts'
import { startConsole } from './console.ts'

/**
 * The console as a process beside the supervisor, which starts it again when it ends: what a page asks for, and what an experiment takes, must
 * not be able to disturb whoever keeps the shop running.
 *
 * `node main.ts <port> <file of the token>`
 */
const [port = '', tokenFile = ''] = process.argv.slice(2)

// Without its supervisor nobody reads; it goes on until it is told to end.
process.stdout.on('error', () => {})

const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort())

const running = await startConsole({ target: 'local', port: Number(port), mayAct: true, token: await consoleToken(tokenFile) })
console.log(
  JSON.stringify({ level: 'info', time: new Date().toISOString(), msg: `the console answers at http://127.0.0.1:${running.port}` }),
)
if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }))
await running.close()
