using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Purser.Server.Events;

namespace Purser.Server.Audit;

/// <summary>Verifies an exported audit log by itself: no server, no database. Names the first line that is not as it was written.</summary>
public static class VerifyAuditFile
{
    /// <param name="Problem">Null: every byte is as it was exported.</param>
    public sealed record Outcome(AuditFile.Start? Start, long Entries, string Head, string? Problem);

    public static async Task<Outcome> HandleAsync(Stream file, CancellationToken cancellation = default)
    {
        var reading = new Reading();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var (line, isWhole) in LinesAsync(file, cancellation))
        {
            var before = Convert.ToHexStringLower(digest.GetCurrentHash());
            digest.AppendData([.. line, .. isWhole ? "\n"u8 : default]);
            if (reading.Next(line, isWhole, before) is { } problem)
            {
                return reading.Outcome(problem);
            }
        }

        return reading.Outcome(reading.IsEnded ? null : $"Line {reading.Lines + 1}: the end is missing; entries after {reading.Entries} may have been cut off.");
    }

    private sealed class Reading
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        private AuditFile.Start? start;
        private byte[] hash = HashChain.Genesis;

        public int Lines { get; private set; }

        public long Entries { get; private set; }

        public bool IsEnded { get; private set; }

        public Outcome Outcome(string? problem) => new(start, Entries, Convert.ToHexStringLower(hash), problem);

        public string? Next(byte[] line, bool isWhole, string digestBefore)
        {
            Lines++;
            try
            {
                var problem = IsEnded ? "there is something behind the end." : Judge(Strict.GetString(line), digestBefore);
                return problem is null && !isWhole ? $"Line {Lines}: the end of the line is missing." : problem is null ? null : $"Line {Lines}: {problem}";
            }
            catch (Exception fault) when (fault is JsonException or FormatException or DecoderFallbackException or ArgumentException)
            {
                return $"Line {Lines}{Behind()}: it cannot be read: {fault.Message}";
            }
        }

        private string? Judge(string text, string digestBefore)
        {
            if (start is null)
            {
                var read = Parse<AuditFile.Start>(text);
                if (read.Form != AuditFile.Form)
                {
                    return $"this is not an exported audit log of the form {AuditFile.Form}.";
                }

                start = read;
                return null;
            }

            return text.StartsWith("{\"entries\"", StringComparison.Ordinal) ? JudgeEnd(Parse<AuditFile.End>(text), digestBefore) : JudgeEntry(Parse<AuditFile.Entry>(text));
        }

        private string? JudgeEntry(AuditFile.Entry entry)
        {
            if (entry.Seq != Entries + 1)
            {
                return $"audit entry {Entries + 1} was expected, found {entry.Seq}.";
            }

            var row = AuditFile.Read(start!.Account, entry);
            var expected = HashChain.Of(row, hash);
            if (!CryptographicOperations.FixedTimeEquals(expected, row.Hash))
            {
                return $"audit entry {entry.Seq} ({entry.At}, {entry.Command}) was changed: its contents do not match its hash.";
            }

            (Entries, hash) = (entry.Seq, row.Hash);
            return null;
        }

        private string? JudgeEnd(AuditFile.End end, string digestBefore)
        {
            IsEnded = true;
            return end.Entries != Entries ? $"{end.Entries} entries were exported, {Entries} are here."
                : end.Head != Convert.ToHexStringLower(hash) ? "the head is not the hash of the last entry."
                : end.Sha256 != digestBefore ? "the digest does not match: a byte of the file was changed that no entry holds, such as in its first line."
                : null;
        }

        private string Behind() => Entries > 0 ? $" (after audit entry {Entries})" : "";

        private static T Parse<T>(string text) => JsonSerializer.Deserialize<T>(text, AuditFile.Json) ?? throw new JsonException("null is no line of an audit log.");
    }

    /// <summary>The lines without their ends; a last one that has no end is told as such.</summary>
    private static async IAsyncEnumerable<(byte[] Line, bool IsWhole)> LinesAsync(
        Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var line = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await file.ReadAsync(buffer, cancellation)) > 0)
        {
            var from = 0;
            for (int at; (at = Array.IndexOf(buffer, (byte)'\n', from, count - from)) >= 0; from = at + 1)
            {
                line.Write(buffer, from, at - from);
                yield return (line.ToArray(), true);
                line.SetLength(0);
            }

            line.Write(buffer, from, count - from);
        }

        if (line.Length > 0)
        {
            yield return (line.ToArray(), false);
        }
    }
}
