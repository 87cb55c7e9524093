import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitCodes } from '../cli/exit-codes.ts'
import { runAction } from '../cli/run-action.ts'

/** `npm run counted-changes`: count-changes.ts in a process of its own, whose copy of the repository goes away with it, after Ctrl-C too. */
const counter = fileURLToPath(new URL('count-changes.ts', import.meta.url))

await runAction(async ({ signal }) => {
  const copy = await mkdtemp(join(tmpdir(), 'breakwater-counted-changes-'))
  try {
    // In a group of its own, so that the compiler below it ends with it: that one goes on after SIGTERM, and makes the folder again to write into it.
    const counting = spawn(process.execPath, [counter, copy], { detached: true, stdio: 'inherit' })
    const ended = once(counting, 'exit')
    const end = () => void (counting.pid !== undefined && process.kill(-counting.pid, 'SIGKILL'))
    signal.addEventListener('abort', end)
    // Ctrl-C may have come before anybody listened.
    if (signal.aborted) end()
    const [code] = await ended
    signal.removeEventListener('abort', end)
    if (signal.aborted) return exitCodes.interrupted
    return code === 0 ? exitCodes.done : exitCodes.failed
  } finally {
    await rm(copy, { recursive: true, force: true, maxRetries: 10 })
  }
})
