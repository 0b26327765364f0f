import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** One field of a message: its number, and how its value is written and read. */
export interface Field<T> {
  readonly number: number;
  /** What a reader sees where the field was not sent. */
  empty(): T;
  write(writer: BinaryWriter, value: T): void;
  /** `earlier` is what the same field held before, for those that come several times. */
  read(reader: BinaryReader, earlier: T): T;
}

export interface Message<T extends object> {
  /** A field without a value is not sent. */
  encode(value: Partial<T>): Uint8Array;
  /** Fields that this side does not know are skipped. */
  decode(bytes: Uint8Array): T;
}

export type MessageValue<M> = M extends Message<infer T> ? T : never;

type Values<F> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

/** A message of these fields. The wire format itself is the library's. */
export function message<F extends Readonly<Record<string, Field<unknown>>>>(fields: F): Message<Values<F>> {
  const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));
  return {
    encode(value) {
      const writer = new BinaryWriter();
      for (const [name, field] of Object.entries(fields)) {
        const one: unknown = Reflect.get(value, name);
        if (one !== undefined) field.write(writer, one);
      }
      return writer.finish();
    },
    decode(bytes) {
      const values: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) values[name] = field.empty();
      const reader = new BinaryReader(bytes);
      while (reader.pos < reader.len) {
        const [number, wireType] = reader.tag();
        const known = byNumber.get(number);
        if (known === undefined) reader.skip(wireType);
        else values[known.name] = known.field.read(reader, values[known.name]);
      }
      // Each field's own `empty` and `read` made the values.
      return values as Values<F>;
    },
  };
}

export function string(number: number): Field<string> {
  return {
    number,
    empty: () => "",
    write: (writer, value) => writer.tag(number, WireType.LengthDelimited).string(value),
    read: (reader) => reader.string(),
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return {
    number,
    empty: () => new Uint8Array(),
    write: (writer, value) => writer.tag(number, WireType.LengthDelimited).bytes(value),
    read: (reader) => reader.bytes(),
  };
}

export function bool(number: number): Field<boolean> {
  return {
    number,
    empty: () => false,
    write: (writer, value) => writer.tag(number, WireType.Varint).bool(value),
    read: (reader) => reader.bool(),
  };
}

/** Also for enumerations. */
export function integer(number: number): Field<number> {
  return {
    number,
    empty: () => 0,
    write: (writer, value) => writer.tag(number, WireType.Varint).int64(value),
    read: (reader) => Number(reader.int64()),
  };
}

export function embedded<T extends object>(number: number, of: Message<T>): Field<Partial<T> | undefined> {
  return {
    number,
    empty: () => undefined,
    write: (writer, value) => {
      if (value !== undefined) writer.tag(number, WireType.LengthDelimited).bytes(of.encode(value));
    },
    read: (reader) => of.decode(reader.bytes()),
  };
}

export function repeated<T extends object>(number: number, of: Message<T>): Field<readonly Partial<T>[]> {
  return {
    number,
    empty: () => [],
    write: (writer, values) => {
      for (const value of values) writer.tag(number, WireType.LengthDelimited).bytes(of.encode(value));
    },
    read: (reader, earlier) => [...earlier, of.decode(reader.bytes())],
  };
}

/** `map<string, …>`, which is a repeated message of a key and a value on the wire. */
export function mapOf<T extends object>(
  number: number,
  of: Message<T>,
): Field<Readonly<Record<string, Partial<T> | undefined>>> {
  const entry = message({ key: string(1), value: embedded(2, of) });
  return {
    number,
    empty: () => ({}),
    write: (writer, values) => {
      for (const [key, value] of Object.entries(values)) {
        writer.tag(number, WireType.LengthDelimited).bytes(entry.encode({ key, value }));
      }
    },
    read: (reader, earlier) => {
      const { key, value } = entry.decode(reader.bytes());
      return { ...earlier, [key]: value };
    },
  };
}
