using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Push;

/// <summary>What a device that is licensed by policy says over the network: a file that it could save instead, and who it is.</summary>
/// <param name="Nonce">Another one each time, also where the same file is sent again.</param>
public sealed record PushMessage(Udi Udi, DateTimeOffset At, string Nonce, PushKind Kind)
{
    /// <summary>With <see cref="PushKind.Trust"/>, where the device has no trust code yet.</summary>
    public string? IdToken { get; init; }

    public string? Hostname { get; init; }

    /// <summary>Exactly the text that the device would save; null with <see cref="PushKind.Poll"/> alone.</summary>
    public string? File { get; init; }

    /// <summary>With <see cref="PushKind.Poll"/> alone.</summary>
    public string? PollId { get; init; }

    public string Write() => UsageJson.Write(new PushMessageText(SudiText.Of(Udi), At.ToUnixTimeSeconds(), Nonce, NameOf(Kind))
    {
        IdToken = IdToken, Hostname = Hostname, File = File, PollId = PollId,
    });

    public static WireResult<PushMessage> Read(string text)
    {
        var read = UsageJson.Read<PushMessageText>(text, "The push message");
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, read.Detail!);
        }

        var kind = Array.Find(Enum.GetValues<PushKind>(), one => NameOf(one) == read.Value.Kind);
        return Problem(read.Value, kind) is { } problem
            ? new WireRefusal(WireCode.Malformed, problem)
            : new PushMessage(read.Value.Sudi.ToUdi(), LicensingTimes.OfSeconds(read.Value.Timestamp), read.Value.Nonce, kind)
            {
                IdToken = read.Value.IdToken, Hostname = read.Value.Hostname, File = read.Value.File, PollId = read.Value.PollId,
            };
    }

    private static string NameOf(PushKind kind) => kind.ToString().ToLowerInvariant();

    private static string? Problem(PushMessageText text, PushKind kind) =>
        text.Version != PushMessageText.Known ? $"version is {PushMessageText.Known}"
        : NameOf(kind) != text.Kind ? "kind is trust, usage, authorization or poll"
        : !text.Sudi.ToUdi().IsWellFormed ? "sudi is no proper UDI"
        : !Wire.Nonce.IsWellFormed(text.Nonce) ? $"nonce has {Wire.Nonce.Length} hexadecimal digits"
        : text.Hostname is { Length: 0 or > WireLimits.Text } ? $"hostname has 1 to {WireLimits.Text} characters"
        : text.IdToken is { } token && (kind != PushKind.Trust || !TokenText.IsWellFormed(token)) ? "id_token is a registration token, and comes with kind trust alone"
        : (text.PollId is { Length: > 0 and <= PushLimits.PollIdLength }) != (kind == PushKind.Poll) ? $"poll_id has 1 to {PushLimits.PollIdLength} characters, and comes with kind poll alone"
        : (text.File is { Length: > 0 and <= PushLimits.FileLength }) == (kind == PushKind.Poll) ? $"file has 1 to {PushLimits.FileLength} characters, and comes with every kind but poll"
        : null;
}
