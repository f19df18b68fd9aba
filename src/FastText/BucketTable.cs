using System.Buffers.Text;
using System.Numerics;

namespace InferenceServices.FastText;

/// <summary>Maps the retained hash buckets of a pruned model to their position among the bucket rows.</summary>
internal sealed class BucketTable
{
    private readonly ulong[] _slots;   // (bucket + 1) << 32 | position; 0 is free
    private readonly int _mask;

    public BucketTable(LineFile lines, int bucketCount)
    {
        _slots = new ulong[(int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)lines.Count * 2u | 2u), 1u << 30)];
        _mask = _slots.Length - 1;
        for (var position = 0; position < lines.Count; position++)
        {
            var line = lines[position];
            if (!Utf8Parser.TryParse(line, out int bucket, out var read) || read != line.Length || bucket < 0 || bucket >= bucketCount)
                throw new InvalidDataException($"{FastTextFiles.Buckets}: line {position + 1} is not a bucket below {bucketCount}");
            Add((uint)bucket, position);
        }
    }

    /// <summary>Returns the position of a bucket, or -1 if it was pruned.</summary>
    public int Find(uint bucket)
    {
        var key = bucket + 1;   // buckets are below 2^31
        var slot = (int)bucket & _mask;
        while (true)
        {
            var entry = _slots[slot];
            if (entry >> 32 == key)
                return (int)(uint)entry;
            if (entry == 0)
                return -1;
            slot = (slot + 1) & _mask;
        }
    }

    private void Add(uint bucket, int position)
    {
        var slot = (int)bucket & _mask;
        while (_slots[slot] != 0)
        {
            if (_slots[slot] >> 32 == bucket + 1)
                throw new InvalidDataException($"{FastTextFiles.Buckets}: bucket {bucket} appears twice");
            slot = (slot + 1) & _mask;
        }
        _slots[slot] = ((ulong)(bucket + 1) << 32) | (uint)position;
    }
}
