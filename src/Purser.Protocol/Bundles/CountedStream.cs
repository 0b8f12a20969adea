namespace Purser.Protocol.Bundles;

/// <summary>Reads what is unpacked and counts it, across all archives of a bundle: a small file that unpacks to a huge one is stopped on the way.</summary>
internal sealed class CountedStream(Stream inner, UnpackedBytes count) : Stream
{
    /// <summary>What was read of this archive.</summary>
    public long Sum { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = count.Add(inner.Read(buffer));
        Sum += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>How much of a bundle was unpacked.</summary>
internal sealed class UnpackedBytes
{
    private long sum;

    public int Add(int bytes)
    {
        sum += bytes;
        return sum <= BundleLimits.UnpackedBytes
            ? bytes
            : throw BundleFaultException.TooLarge($"A bundle unpacks to at most {BundleLimits.UnpackedBytes / 1024 / 1024} MB. Put fewer product instances into each bundle");
    }
}
