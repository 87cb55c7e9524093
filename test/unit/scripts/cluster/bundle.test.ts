import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import { bundles } from '../../../../scripts/cluster/images/bundle.ts'
import { docsPageFiles } from '../../../../services/shared/contracts/deployment.ts'

test('every process is bundled; the gateway is a module that can be read, with the files of its page beside it', async () => {
  const made = await bundles()
  expect(made.map(({ name }) => name)).toEqual(expect.arrayContaining(['gateway', 'orders', 'kafka-topics']))
  // What is put before a bundle must not be declared in it once more; the gateway has the most packages.
  const code = made.find(({ name }) => name === 'gateway')?.code ?? ''
  expect(await transform(code, { format: 'esm', target: 'node24' }).then(() => 'read', String)).toBe('read')
  const files = new Map(made.map(({ name, files: beside }) => [name, [...beside.keys()]]))
  expect(files.get('gateway')).toEqual(Object.keys(docsPageFiles.types).map((file) => `${docsPageFiles.folder}/${file}`))
  expect(files.get('orders')).toEqual([])
}, 60_000)
