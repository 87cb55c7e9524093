/**
 * cdk8s-cli's TypeScript → TypeScript that Node runs by stripping types: enums become unions of their values
 * (`'STRICT'` instead of `PeerAuthenticationSpecMtlsMode.STRICT`), and imported types say that they are types.
 * @param source one generated file
 */
export function eraseEnums(source: string): string {
  return source
    .replace(/export enum (\w+) \{([^}]*)\}/g, (_, name: string, body: string) => {
      const values = [...body.matchAll(/= ("[^"]*")/g)].map((match) => match[1])
      return `export type ${name} = ${values.join(' | ')};`
    })
    .replace(
      'import { ApiObject, ApiObjectMetadata, GroupVersionKind } from',
      'import { ApiObject, type ApiObjectMetadata, type GroupVersionKind } from',
    )
    .replace('import { Construct } from', 'import type { Construct } from')
}
