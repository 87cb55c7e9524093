import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import { bundles } from '../../../../scripts/cluster/images/bundle.ts'
import { docsPageFiles } from '../../../../services/shared/contracts/deployment.ts'

test('each bundle is one module that can be read, and the gateway has the files of its page beside it', async () => {
  const made = await bundles()
  expect(made.map(({ name }) => name)).toEqual(expect.arrayContaining(['gateway', 'orders', 'kafka-topics']))
  // What is put before a bundle must not be declared in it once more.
  for (const { name, code } of made)
    expect(await transform(code, { format: 'esm', target: 'node24' }).then(() => name, String), name).toBe(name)
  const files = new Map(made.map(({ name, files: beside }) => [name, [...beside.keys()]]))
  expect(files.get('gateway')).toEqual(Object.keys(docsPageFiles.types).map((file) => `${docsPageFiles.folder}/${file}`))
  expect(files.get('orders')).toEqual([])
}, 60_000)
