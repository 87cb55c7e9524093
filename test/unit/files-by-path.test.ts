import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = globSync('{services,charts,cdk8s,mesh,scripts,test}/**/*.ts', { cwd: root })

test('no file is named by the path of a URL, in which a space is %20', () => {
  expect(sources.length).toBeGreaterThan(500)
  const byUrl = sources.filter((file) => /new URL\(.*\)\.pathname/.test(readFileSync(`${root}/${file}`, 'utf8')))
  expect(byUrl).toEqual([])
})
