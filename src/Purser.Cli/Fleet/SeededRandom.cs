using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Purser.Cli.Fleet;

/// <summary>
/// Bytes that repeat with their seed: SHA-256 over seed, name and counter. For the course of a simulation and the nonces in it, never for keys of real devices.
/// Each device has one of its own, so that what it draws does not depend on the order in which others ran.
/// </summary>
internal sealed class SeededRandom(long seed, string name) : RandomNumberGenerator
{
    private readonly Lock guard = new();
    private readonly byte[] block = new byte[SHA256.HashSizeInBytes];
    private long counter;
    private int used = SHA256.HashSizeInBytes;

    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(byte[] data, int offset, int count) => GetBytes(data.AsSpan(offset, count));

    public override void GetBytes(Span<byte> data)
    {
        lock (guard)
        {
            for (var index = 0; index < data.Length; index++)
            {
                if (used == block.Length)
                {
                    SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{seed}/{name}/{counter++}"), block);
                    used = 0;
                }

                data[index] = block[used++];
            }
        }
    }

    /// <summary>0 ≤ result &lt; <paramref name="bound"/>.</summary>
    public int Below(int bound)
    {
        Span<byte> bytes = stackalloc byte[8];
        GetBytes(bytes);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (ulong)bound);
    }

    public int Between(int least, int most) => least + Below(most - least + 1);

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromSeconds(Below(Math.Max(1, (int)(most - least).TotalSeconds)));

    public bool Chance(double probability) => Below(1_000_000) < probability * 1_000_000;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
