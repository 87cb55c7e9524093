import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

// Preloaded into a process: notes each module that it loads in the file LOADED_MODULES.
registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.startsWith('node:')) appendFileSync(process.env.LOADED_MODULES, `${url}\n`)
    return nextLoad(url, context)
  },
})
