using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Purser.Server.Events;

/// <summary>
/// The chain over an account's book, events and audit: hash = SHA-256(previous hash ‖ canonical row). The canonical row is the version byte 1,
/// then every field in its documented order as a 4-byte big-endian length and its UTF-8 text; an absent field has length 0xFFFFFFFF.
/// docs/ledger.md describes it for verifiers in other languages.
/// </summary>
public static class HashChain
{
    private const byte FormVersion = 1;

    /// <summary>The hash before the first row of every chain.</summary>
    public static readonly byte[] Genesis = new byte[SHA256.HashSizeInBytes];

    public static byte[] Next(byte[] previous, params ReadOnlySpan<string?> fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData([FormVersion]);
        Span<byte> length = stackalloc byte[4];
        Span<byte> small = stackalloc byte[512];
        foreach (var field in fields)
        {
            if (field is null)
            {
                BinaryPrimitives.WriteUInt32BigEndian(length, uint.MaxValue);
                hash.AppendData(length);
                continue;
            }

            var size = Encoding.UTF8.GetByteCount(field);
            BinaryPrimitives.WriteInt32BigEndian(length, size);
            hash.AppendData(length);
            var bytes = size <= small.Length ? small[..size] : new byte[size];
            Encoding.UTF8.GetBytes(field, bytes);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    public static byte[] Of(EventRow row, byte[] previous) => Next(
        previous,
        Text(row.AccountId), Text(row.Seq), Text(row.At), row.Kind, row.Message, Text(row.VirtualAccountId), Text(row.OtherVirtualAccountId),
        Text(row.EntitlementId), Text(row.DeviceId), row.ActorName, Text(row.ActorIsStaff));

    public static byte[] Of(AuditEntry row, byte[] previous) => Next(
        previous,
        Text(row.AccountId), Text(row.Seq), Text(row.At), row.Command, row.ActorKind, Text(row.ActorId), row.ActorName, row.Input, row.Changes);

    public static byte[] Of(Licenses.LedgerEntry row, byte[] previous) => Next(
        previous,
        Text(row.AccountId), Text(row.Seq), Text(row.TransactionId), row.Kind.ToString(), Text(row.At), Text(row.LineId), Text(row.EntitlementId),
        Text(row.Quantity), row.FromKind.ToString(), Text(row.FromId), row.ToKind.ToString(), Text(row.ToId), row.Reason, row.ActorName,
        Text(row.ActorIsStaff), row.Notes);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Text(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset value) => Text(value.ToUnixTimeSeconds());

    private static string Text(bool value) => value ? "1" : "0";
}
