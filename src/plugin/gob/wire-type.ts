import { isStruct, LIMITS, malformed, type GobStruct, type GobValue, type WireField, type WireType } from './types.js';

/** Understands a definition as it was read. @throws MachineError DriverFailed */
export function wireTypeOf(definition: GobValue): WireType {
  if (!isStruct(definition)) throw malformed('a definition that is no struct');
  const { ArrayT, SliceT, StructT, MapT, GobEncoderT, BinaryMarshalerT, TextMarshalerT } = definition;
  if (isStruct(ArrayT)) return { kind: 'array', elem: numberIn(ArrayT, 'Elem'), length: numberIn(ArrayT, 'Len') };
  if (isStruct(SliceT)) return { kind: 'slice', elem: numberIn(SliceT, 'Elem') };
  if (isStruct(MapT)) return { kind: 'map', key: numberIn(MapT, 'Key'), elem: numberIn(MapT, 'Elem') };
  if (isStruct(StructT)) return { kind: 'struct', name: nameOf(StructT['CommonType']), fields: fieldsOf(StructT) };
  if (isStruct(GobEncoderT) || isStruct(BinaryMarshalerT) || isStruct(TextMarshalerT)) return { kind: 'opaque' };
  throw malformed('an empty definition');
}

export type DefinedType = Extract<WireType, { kind: 'array' | 'slice' | 'map' | 'struct' }>;
/** A definition as it is written. */
export type Definition = { readonly [field: string]: number | string | Definition | readonly Definition[] };

/** The inverse. */
export function definitionOf(type: DefinedType, id: number): Definition {
  const CommonType = { Id: id };
  switch (type.kind) {
    case 'array':
      return { ArrayT: { CommonType, Elem: type.elem, Len: type.length } };
    case 'slice':
      return { SliceT: { CommonType, Elem: type.elem } };
    case 'map':
      return { MapT: { CommonType, Key: type.key, Elem: type.elem } };
    case 'struct':
      return {
        StructT: {
          CommonType: { ...(type.name === '' ? {} : { Name: type.name }), Id: id },
          Field: type.fields.map(({ name, id: fieldId }) => ({ Name: name, Id: fieldId })),
        },
      };
  }
}

function fieldsOf(definition: GobStruct): WireField[] {
  const fields = definition['Field'] ?? [];
  if (!Array.isArray(fields)) throw malformed('a struct without a list of fields');
  if (fields.length > LIMITS.fieldsOfType) throw malformed(`a struct of more than ${LIMITS.fieldsOfType} fields`);
  return (fields as readonly GobValue[]).map((field) => {
    if (!isStruct(field)) throw malformed('a field that is no struct');
    return { name: nameOf(field), id: numberIn(field, 'Id') };
  });
}

function nameOf(struct: GobValue | undefined): string {
  const name = isStruct(struct) ? struct['Name'] : undefined;
  return typeof name === 'string' ? name : '';
}

function numberIn(struct: GobStruct, field: string): number {
  const value = struct[field] ?? 0;
  if (typeof value !== 'number' || value < 0) throw malformed('a definition with a senseless number');
  return value;
}
