// What stands in a large text field, as bytes that the page takes as a stream: one message of its connection holds 32 KB.
export function read(field) {
  return new TextEncoder().encode(field.value);
}
