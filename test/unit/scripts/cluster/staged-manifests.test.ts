import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dumpYaml } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { settings as gke } from '../../../../cdk8s/settings/gke.example.ts'
import { targets } from '../../../../cdk8s/settings/targets.ts'
import { ClusterError } from '../../../../scripts/cluster/cluster-error.ts'
import { contentTag } from '../../../../scripts/cluster/images/bundle.ts'
import { readStagedManifests, withImages } from '../../../../scripts/cluster/staged-manifests.ts'
import { synth } from '../../../../scripts/synth/synth.ts'

const workload = (...containers: { name: string; image: string }[]) => ({
  kind: 'Deployment',
  spec: { template: { spec: { containers } } },
})

test('containers of ours run what was built, others keep their image, and the manifest stays as it was', () => {
  const manifest = workload({ name: 'orders', image: 'breakwater/orders:dev' }, { name: 'kafka', image: 'apache/kafka:4.1.0' })
  const before = structuredClone(manifest)
  expect(withImages([manifest, { kind: 'Service' }], new Map([['orders', 'breakwater/orders:1a2b']]))).toEqual([
    workload({ name: 'orders', image: 'breakwater/orders:1a2b' }, { name: 'kafka', image: 'apache/kafka:4.1.0' }),
    { kind: 'Service' },
  ])
  expect(manifest).toEqual(before)
})

test.each([...targets, gke].filter(({ cluster }) => cluster))(
  'what is sent to the API server is all that $target declares',
  async (settings) => {
    const folder = mkdtempSync(join(tmpdir(), 'breakwater-manifests-'))
    try {
      const files = synth(settings)
      for (const [name, yaml] of files) writeFileSync(join(folder, name), yaml)
      const declared = [...files.values()].flatMap((yaml) => parseAllDocuments(yaml).map((document) => document.toJS()))
      const objects = withImages(
        (await readStagedManifests(folder)).flatMap((file) => file.objects),
        new Map(),
      )
      const key = ({ kind, metadata: { namespace, name } }: { kind: string; metadata: { namespace?: string; name: string } }) =>
        [kind, namespace, name].join('/')
      const sent = new Map(objects.map((object) => dumpYaml(object)).map((yaml) => [key(parse(yaml)), parse(yaml)]))
      expect(sent).toEqual(new Map(declared.map((object) => [key(object), object])))
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  30_000,
)

test('a folder that was not synthesized is refused with the command that makes it', async () => {
  await expect(readStagedManifests('dist/none')).rejects.toThrow(new ClusterError('dist/none is missing: run npx breakwater synth first.'))
})

test('a tag depends on every part and on where one ends', () => {
  expect(contentTag('code', 'recipe')).toBe(contentTag(Buffer.from('code'), 'recipe'))
  expect(contentTag('code', 'recipe')).toMatch(/^[0-9a-f]{12}$/)
  expect(new Set([contentTag('ab', 'c'), contentTag('a', 'bc'), contentTag('abc'), contentTag('c', 'ab')]).size).toBe(4)
})
