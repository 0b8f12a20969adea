using System.Text;
using Purser.Protocol.Usage;

namespace Purser.Protocol.Push;

/// <summary>The answer to a push message. What proves itself is in the file, whose elements are signed.</summary>
/// <param name="Status">Of <see cref="PushStatus"/>.</param>
/// <param name="ServerTime">A device whose clock is wrong says this time in its next message.</param>
public sealed record PushReply(string Status, DateTimeOffset ServerTime)
{
    /// <summary>With <see cref="PushStatus.Failed"/>: a code of <see cref="WireCode"/>, and cause and remedy.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>With <see cref="PushStatus.Poll"/>: by what to ask again, and in how many seconds.</summary>
    public string? PollId { get; init; }

    public int? PollInterval { get; init; }

    /// <summary>With <see cref="PushStatus.Ok"/>: exactly the text of the file that the device imports; null: there is nothing to import.</summary>
    public string? File { get; init; }

    public static PushReply Ok(string? file, DateTimeOffset now) => new(PushStatus.Ok, now) { File = file };

    public static PushReply Poll(string pollId, int interval, DateTimeOffset now) => new(PushStatus.Poll, now) { PollId = pollId, PollInterval = interval };

    public static PushReply Failed(string code, string message, DateTimeOffset now) => new(PushStatus.Failed, now) { Code = code, Message = message };

    public static WireResult<PushReply> Read(ReadOnlySpan<byte> body)
    {
        var read = UsageJson.Read<PushReplyText>(Encoding.UTF8.GetString(body), "The answer");
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, read.Detail!);
        }

        return Problem(read.Value) is { } problem
            ? new WireRefusal(WireCode.Malformed, problem)
            : new PushReply(read.Value.Status, LicensingTimes.OfSeconds(read.Value.ServerTime))
            {
                Code = read.Value.Code, Message = read.Value.Message, PollId = read.Value.PollId, PollInterval = read.Value.PollInterval, File = read.Value.File,
            };
    }

    public byte[] Write() => Encoding.UTF8.GetBytes(UsageJson.Write(new PushReplyText(Status, ServerTime.ToUnixTimeSeconds())
    {
        Code = Code, Message = Message, PollId = PollId, PollInterval = PollInterval, File = File,
    }));

    private static string? Problem(PushReplyText text) => text.Status switch
    {
        PushStatus.Ok => text.File?.Length > ImportFile.MaximumBytes ? "The file in the answer is too large" : null,
        PushStatus.Poll => text is { PollId.Length: > 0 and <= PushLimits.PollIdLength, PollInterval: >= 0 } ? null : "The answer is to be asked for again, and does not say by what and when",
        PushStatus.Failed => text.Message is null ? "The answer is a refusal without a reason" : null,
        _ => "The status of the answer is none that this device knows",
    };
}

/// <summary>Status words of an answer to a push message.</summary>
public static class PushStatus
{
    public const string Ok = "OK";

    /// <summary>It is not ready: ask again by the poll id.</summary>
    public const string Poll = "POLL";

    public const string Failed = "FAILED";
}
