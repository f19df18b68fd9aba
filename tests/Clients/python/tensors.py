"""Tensors of the protocol as bytes and back, with the standard library only."""
import struct

# Format characters of struct. BF16 and BYTES have none and are converted separately.
LETTERS = {
    "BOOL": "?", "UINT8": "B", "UINT16": "H", "UINT32": "I", "UINT64": "Q", "INT8": "b", "INT16": "h", "INT32": "i", "INT64": "q",
    "FP16": "e", "FP32": "f", "FP64": "d",
}

# Limits of each datatype, without values that would be rounded.
EDGES = {
    "BOOL": [True, False, True],
    "UINT8": [0, 1, 255], "UINT16": [0, 1, 65535], "UINT32": [0, 1, 2**32 - 1], "UINT64": [0, 2**53 + 1, 2**64 - 1],
    "INT8": [-128, 0, 127], "INT16": [-32768, 0, 32767], "INT32": [-2**31, 0, 2**31 - 1], "INT64": [-2**63, 2**53 + 1, 2**63 - 1],
    "FP16": [0.0, -1.5, 65504.0], "BF16": [0.0, -1.5, 3.0], "FP32": [0.0, -1.5, 2.0**-149], "FP64": [0.1, -1.5, 5e-324],
    "BYTES": [b"", "ünï".encode(), bytes(range(256))],
}


def pack(datatype, values):
    if datatype == "BYTES":
        return b"".join(struct.pack("<I", len(value)) + value for value in values)
    if datatype == "BF16":
        return b"".join(struct.pack("<f", value)[2:] for value in values)
    return struct.pack(f"<{len(values)}{LETTERS[datatype]}", *values)


def unpack(datatype, data):
    if datatype == "BYTES":
        values = []
        while data:
            length = struct.unpack_from("<I", data)[0]
            values.append(data[4:4 + length])
            data = data[4 + length:]
        return values
    if datatype == "BF16":
        return [struct.unpack("<f", b"\0\0" + data[i:i + 2])[0] for i in range(0, len(data), 2)]
    return list(struct.unpack(f"<{len(data) // struct.calcsize(LETTERS[datatype])}{LETTERS[datatype]}", data))
