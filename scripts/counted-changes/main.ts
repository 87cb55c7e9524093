import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitCodes } from '../cli/exit-codes.ts'
import { runAction } from '../cli/run-action.ts'
import { showTool } from '../cli/run-tool.ts'

/** `npm run counted-changes`: count-changes.ts in a process of its own, because compiling hears no signal: its copy goes away with it, after Ctrl-C too. */
const counter = fileURLToPath(new URL('count-changes.ts', import.meta.url))

await runAction(async ({ signal }) => {
  const copy = await mkdtemp(join(tmpdir(), 'breakwater-counted-changes-'))
  try {
    const code = await showTool(process.execPath, [counter, copy], { signal })
    if (signal.aborted) return exitCodes.interrupted
    return code === 0 ? exitCodes.done : exitCodes.failed
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})
