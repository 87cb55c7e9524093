import { type Static, type StaticDecode, type TCodec, type TObject, Type } from 'typebox'

type Names<Schema extends TObject> = { readonly [Field in keyof Static<Schema> & string]?: string }

/** An object with some of its fields under other names. */
type Renamed<Fields, Names> = { [Field in keyof Fields as Field extends keyof Names ? Names[Field] & string : Field]: Fields[Field] }

const rename = (value: object, names: ReadonlyMap<string, string>): object =>
  Object.fromEntries(Object.entries(value).map(([field, content]) => [names.get(field) ?? field, content]))

/** A schema of files, in which `names` says what the code calls a field; fields that it does not have are called the same in both. */
export function renamed<const Schema extends TObject, const Name extends Names<Schema>>(
  schema: Schema,
  names: Name,
): TCodec<Schema, Renamed<StaticDecode<Schema>, Name>> {
  const inCode = new Map(Object.entries<string>(names as Record<string, string>))
  const inFile = new Map([...inCode].map(([file, code]) => [code, file]))
  return Type.Codec(schema)
    .Decode((value) => rename(value as object, inCode) as Renamed<StaticDecode<Schema>, Name>)
    .Encode((value) => rename(value, inFile) as StaticDecode<Schema>)
}
