using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Purser.Server.Events;

namespace Purser.Server.Audit;

/// <summary>
/// The form of an exported audit log: a line of JSON for the head, one for each entry in order, one for the end. The chain of hashes proves the
/// entries; the digest in the last line covers every byte before it.
/// </summary>
public static class AuditFile
{
    public const string Form = "purser-audit-1";
    public const string MediaType = "application/jsonl";

    /// <param name="Account">Number of the Smart Account; 0 is the installation.</param>
    public sealed record Start(string Form, long Account, string Domain, string ExportedAt);

    public sealed record Entry(
        long Seq, string At, string Command, string ActorKind, long ActorId, string ActorName, string Input, string Changes, string Hash);

    /// <param name="Head">The hash of the last entry: who keeps it elsewhere can prove later that nothing before it was changed.</param>
    public sealed record End(long Entries, string Head, string Sha256);

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // Names of people stay readable; nobody puts this into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static Entry Write(AuditEntry row) => new(
        row.Seq, Text(row.At), row.Command, row.ActorKind, row.ActorId, row.ActorName, row.Input, row.Changes, Convert.ToHexStringLower(row.Hash));

    public static AuditEntry Read(long account, Entry entry) => new()
    {
        AccountId = account,
        Seq = entry.Seq,
        At = DateTimeOffset.ParseExact(entry.At, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        Command = entry.Command,
        ActorKind = entry.ActorKind,
        ActorId = entry.ActorId,
        ActorName = entry.ActorName,
        Input = entry.Input,
        Changes = entry.Changes,
        Hash = Convert.FromHexString(entry.Hash),
    };

    public static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Writes lines and keeps the digest of all of them.</summary>
    internal sealed class Writer(Stream stream) : IDisposable
    {
        private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public async Task LineAsync(object line, CancellationToken cancellation)
        {
            var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, line.GetType(), Json) + "\n");
            digest.AppendData(bytes);
            await stream.WriteAsync(bytes, cancellation);
        }

        public string Sha256 => Convert.ToHexStringLower(digest.GetCurrentHash());

        public void Dispose() => digest.Dispose();
    }
}
