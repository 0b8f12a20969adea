using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Tests.Protocol.Reservations;

[Trait("Feature", "RS-09")]
public sealed class ReservationCodeTests
{
    [Fact]
    public void Codes_look_as_devices_and_people_know_them()
    {
        Assert.Matches("^PA-ZNW-9300-48:FOC2501A0B1-[1-9A-HJ-NP-Za-km-z]{9}-[0-9A-F]{2}$", ReservationSamples.Request.Text);
        Assert.Matches("^[0-9a-f]{8}$", ReservationSamples.Confirmation);
        Assert.Matches("^([1-9A-HJ-NP-Za-km-z]{6}-){8}[1-9A-HJ-NP-Za-km-z]{3}$", ReservationSamples.Return.ToString());
        Assert.Matches("^([1-9A-HJ-NP-Za-km-z]{6}-){15}[1-9A-HJ-NP-Za-km-z]{5}$", ReservationSamples.Universal.ToString());
    }

    [Fact]
    public void A_request_code_says_which_device_asks()
    {
        var read = RequestCode.Read($"  {ReservationSamples.Request.Text}\r\n").Value;

        Assert.Equal(ReservationSamples.Device, read.Udi);
        Assert.False(read.IsForeign);
        Assert.NotEqual(ReservationSamples.Request.Text, RequestCode.New(ReservationSamples.Device, 1, [1, 2, 3, 4, 5]).Text);
        Assert.NotEqual(ReservationSamples.Request.Text, RequestCode.New(ReservationSamples.Device, 0, [1, 2, 3, 4, 6]).Text);
    }

    // Device reference 3.1: what the checksum of others means is unknown.
    [Theory]
    [InlineData("CB-ZC9300-24UX:FCW2134L0RN-AK9A6sMTr-86", "C9300-24UX", "FCW2134L0RN")]
    [InlineData("CB-ZC9300-48UXM:FCW2130G0NH-AK9A6sMTr-BF", "C9300-48UXM", "FCW2130G0NH")]
    [InlineData("DC-ZCSF-220:FVH3011AHB3-AkARi7gUQ-02", "CSF-220", "FVH3011AHB3")]
    [InlineData("CB-ZC9300-24UX:FCW2134L0RN-AK9A6sMTr-00", "C9300-24UX", "FCW2134L0RN")]
    [InlineData("P:UCM,S:cc920aa1,U:0d8b5f3e-1111-4222-8333-444455556666", "UCM", "cc920aa1")]
    public void Codes_of_other_makers_are_not_refused_for_their_checksum(string code, string pid, string serial)
    {
        var read = RequestCode.Read(code);

        Assert.True(read.IsOk, read.Detail);
        Assert.True(read.Value.IsForeign);
        Assert.Equal((pid, serial), (read.Value.Udi.Pid, read.Value.Udi.Sn));
        Assert.True(ConfirmationCode.Read("17488c1f", isForeign: true).IsOk);
    }

    [Theory]
    [InlineData("", "Enter the request code")]
    [InlineData("hello", "This is no request code")]
    [InlineData("PA-ZNW-9300-48:FOC2501A0B1-7uQ2XOPm4-86", "“O” in “7uQ2XOPm4” is no character of such a code")]
    [InlineData("PA-ZNW-9300-48:FOC2501A0B1-7uQ2", "copy all of it")]
    [InlineData("CA-ZNW,9300:FOC2501A0B1-7uQ2XkPm4-86", "no comma")]
    public void A_wrong_request_code_says_what_is_wrong(string typed, string words) => Refused(RequestCode.Read(typed), words);

    [Theory]
    [InlineData("17488c1", "has 8 characters, this one has 7")]
    [InlineData("17488cof", "“o” is no character of a confirmation code: they use 0 to 9 and a to f. Is it the digit 0?")]
    public void A_wrong_confirmation_code_says_what_is_wrong(string typed, string words) => Refused(ConfirmationCode.Read(typed, isForeign: false), words);

    [Fact]
    public void Confirmation_codes_may_be_typed_in_capitals_and_with_blanks() =>
        Assert.Equal(ReservationSamples.Confirmation, ConfirmationCode.Read($" {ReservationSamples.Confirmation[..4].ToUpperInvariant()} {ReservationSamples.Confirmation[4..]}", false).Value);

    [Fact]
    public void A_return_code_names_its_authorization_and_proves_it()
    {
        var code = ReservationSamples.Return;
        var read = ReturnCode.Read(code.ToString().Replace('-', ' ')).Value;

        Assert.True(read.Fits(code));
        Assert.Equal(ReservationSamples.Number, read.Authorization);
        Assert.False(read.Fits(ReturnCode.New(ReservationSamples.Request, ReservationSamples.Number, ReservationSamples.Signature, wasInstalled: false)));
        Assert.False(read.Fits(ReturnCode.New(ReservationSamples.Request, ReservationSamples.Number, [1, 2, 3], wasInstalled: true)));
        Refused(ReturnCode.Read(code.ToString()[..^4]), "some are missing");
        Refused(ReturnCode.Read(code + "-abc"), "too many");
        Refused(ReturnCode.Read("0" + code.ToString()[1..]), "Character 1 of group 1, “0”");
    }

    [Fact]
    public void A_universal_authorization_is_for_one_request_and_from_one_signer()
    {
        using var key = WireSamples.Key();
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var read = UniversalAuthorization.Read(ReservationSamples.Universal.ToString()).Value;

        Assert.True(read.IsFor(ReservationSamples.Request, key));
        Assert.False(read.IsFor(ReservationSamples.Request, other));
        Assert.False(read.IsFor(RequestCode.New(ReservationSamples.Device, 1, [1, 2, 3, 4, 5]), key));
    }

    [Fact]
    public void A_wrong_character_of_a_grouped_code_is_found_and_put_right()
    {
        var code = ReservationSamples.Return.ToString();
        for (var at = 0; at < code.Length; at++)
        {
            if (code[at] != '-')
            {
                var wrong = code[at] == 'x' ? 'y' : 'x';
                Refused(ReturnCode.Read($"{code[..at]}{wrong}{code[(at + 1)..]}"), $"Character {(at % 7) + 1} of group {(at / 7) + 1}, “{wrong}”");
                Refused(ReturnCode.Read($"{code[..at]}{wrong}{code[(at + 1)..]}"), $"it may have been {code[at]}");
            }
        }

        Refused(ReturnCode.Read($"{code[1]}{code[0]}{code[2..]}"), "the one behind it seem to be swapped");
    }

    [Fact]
    public void Codes_stay_as_they_are()
    {
        Golden.Check("reservation-codes.txt", $"{ReservationSamples.Request}\n{ReservationSamples.Confirmation}\n{ReservationSamples.Return}\n");
    }

    internal static void Refused<T>(WireResult<T> result, string words)
        where T : notnull
    {
        Assert.False(result.IsOk);
        Assert.Contains(words, result.Detail, StringComparison.Ordinal);
        Assert.True(result.Detail!.EndsWith('.') || result.Detail.EndsWith('?'), result.Detail);
    }
}
