using Purser.Protocol.Reservations;

namespace Purser.Tests.Protocol.Reservations;

/// <summary>Every code kind: each character replaced by each other one, each two swapped. All of them must be refused.</summary>
[Trait("Feature", "RS-09")]
public sealed class SingleErrorTests
{
    private const string Typed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-:,. ";

    [Fact]
    public void Request_codes() => AllRefused(ReservationSamples.Request.Text, text => RequestCode.Read(text).IsOk, text => text);

    [Fact]
    public void Confirmation_codes() => AllRefused(ReservationSamples.Confirmation, text => ConfirmationCode.Read(text, isForeign: false).IsOk, text => text.ToLowerInvariant());

    [Fact]
    public void Return_codes() => GroupedRefused(
        ReservationSamples.Return.ToString(), text => ReturnCode.Read(text).IsOk, text => ReturnCode.Read(text).Value.Fits(ReservationSamples.Return));

    [Fact]
    public void Universal_authorizations()
    {
        using var key = WireSamples.Key();
        GroupedRefused(
            ReservationSamples.Universal.ToString(), text => UniversalAuthorization.Read(text).IsOk, text => UniversalAuthorization.Read(text).Value.IsFor(ReservationSamples.Request, key));
    }

    [Fact]
    public void Authorization_files()
    {
        using var key = WireSamples.Key();
        var file = ReservationSamples.File(key);
        var good = SealedAuthorization.Read(file).Value;
        Assert.True(good.IsSignedBy(key));
        for (var at = 0; at < file.IndexOf("<signer>", StringComparison.Ordinal); at++)
        {
            foreach (var wrong in "0aZ<>/ ,")
            {
                var text = $"{file[..at]}{wrong}{file[(at + 1)..]}";
                var read = SealedAuthorization.Read(text);
                if (read.IsOk && text != file && read.Value.IsSignedBy(key))
                {
                    // Blanks inside base64 are none of its content.
                    Assert.Equal(good.Signature.ToArray(), read.Value.Signature.ToArray());
                    Assert.Equal(good.Signed.ToArray(), read.Value.Signed.ToArray());
                }
            }
        }
    }

    /// <summary>
    /// Check characters alone refuse every wrong or swapped character. One that changes its place with a hyphen moves all between along with it, which is no
    /// single mistake: they miss one of 194,891 of these, and what the code proves refuses it.
    /// </summary>
    private static void GroupedRefused(string code, Func<string, bool> isRead, Func<string, bool> isProven)
    {
        AllRefused(WithoutHyphens(code), isRead, WithoutHyphens);
        AllRefused(code, text => isRead(text) && isProven(text), WithoutHyphens);
    }

    private static string WithoutHyphens(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

    private static void AllRefused(string code, Func<string, bool> isAccepted, Func<string, string> meaning)
    {
        Assert.True(isAccepted(code), code);
        var tried = 0;
        foreach (var wrong in Replaced(code).Concat(Swapped(code)).Where(text => meaning(text) != meaning(code)))
        {
            tried++;
            Assert.False(isAccepted(wrong), $"{wrong} was accepted for {code}");
        }

        Assert.True(tried > code.Length * 10);
    }

    private static IEnumerable<string> Replaced(string code) =>
        from at in Enumerable.Range(0, code.Length)
        from wrong in Typed
        select $"{code[..at]}{wrong}{code[(at + 1)..]}";

    private static IEnumerable<string> Swapped(string code) =>
        from one in Enumerable.Range(0, code.Length)
        from other in Enumerable.Range(one + 1, code.Length - one - 1)
        select $"{code[..one]}{code[other]}{code[(one + 1)..other]}{code[one]}{code[(other + 1)..]}";
}
