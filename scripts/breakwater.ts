import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const major = 24

/** The one command. Nothing is imported before it is clear that this Node can read it, and its code is cached from here on. */
if (Number(process.versions.node.split('.')[0]) < major) {
  console.error(
    `Node ${process.versions.node} is too old for this; the project brings its own Node ${major}: make setup, then npx breakwater`,
  )
  process.exitCode = 2
} else {
  enableCompileCache(fileURLToPath(new URL('../.local/compile-cache', import.meta.url)))
  const { main } = await import('./commands/main.ts')
  await main(process.argv.slice(2))
}
