import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCluster } from '../../../../../../../services/shared/runtime/projections/database/pglite-cluster.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/index.ts'
import { quiet } from '../../event-sourcing/running-toy.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breakwater-test-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

test('each cluster is empty, whatever was written into those before, and nothing lies beside it', async () => {
  for (const name of ['first', 'second']) {
    const database = await openDatabase(`pglite:${join(directory, 'é é', name)}`, quiet)
    await database.query('CREATE TABLE marks (name text PRIMARY KEY)')
    await database.query('INSERT INTO marks VALUES ($1)', [name])
    expect(await database.query('SELECT name FROM marks')).toEqual([{ name }])
    await database.close()
  }
  expect(await readdir(join(directory, 'é é'))).toEqual(['first', 'second'])
})

test('two that begin at the same time have a cluster each', async () => {
  await Promise.all(['third', 'fourth'].map((name) => makeCluster(join(directory, name))))
  for (const name of ['third', 'fourth']) expect(await readdir(join(directory, name))).toContain('PG_VERSION')
})

test('a directory that holds something else is not taken', async () => {
  const taken = join(directory, 'taken')
  await mkdir(taken)
  await writeFile(join(taken, 'letter'), 'mine')
  await expect(makeCluster(taken)).rejects.toThrow(/not empty/i)
  expect(await readdir(taken)).toEqual(['letter'])
  expect((await readdir(directory)).filter((name) => name.includes('partial'))).toEqual([])
})
