using System.Text;
using Purser.Protocol.Reservations;

namespace Purser.Tests.Protocol.Reservations;

[Trait("Feature", "RS-01")]
public sealed class AuthorizationFileTests
{
    [Fact]
    public void A_file_says_what_was_reserved_until_when_and_for_which_request()
    {
        using var key = WireSamples.Key();
        var read = SealedAuthorization.Read($"\uFEFF{ReservationSamples.File(key)}\r\n".TrimStart('\uFEFF')).Value;

        Assert.True(read.IsSignedBy(key));
        Assert.Equal(ReservationSamples.Specific with { Licenses = [] }, read.Authorization with { Licenses = [] }, (one, other) => one.ToString() == other.ToString());
        Assert.Equal(ReservationSamples.Specific.Licenses, read.Authorization.Licenses);
        Assert.Equal([[1, 2, 3], [4, 5, 6]], read.Chain);
    }

    [Fact]
    public void The_signed_part_stays_as_it_is()
    {
        using var key = WireSamples.Key();
        Golden.Check("reservation-authorization.xml", Encoding.UTF8.GetString(SealedAuthorization.Read(ReservationSamples.File(key)).Value.Signed.Span));
    }

    [Fact]
    public void Instants_stand_in_it_only_where_the_days_are_not_those_of_UTC()
    {
        using var key = WireSamples.Key();
        var plain = ReservationSamples.Specific.Licenses[0] with { StartsOn = new DateOnly(2026, 1, 1), EndsOn = new DateOnly(2026, 12, 31), StartsAt = null, EndsAt = null };
        var byUtc = plain with { StartsAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), EndsAt = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var elsewhere = plain with { StartsAt = byUtc.StartsAt?.AddHours(5), EndsAt = byUtc.EndsAt?.AddHours(5) };
        var file = (ReservationSamples.Specific with { Licenses = [byUtc, elsewhere] }).Seal(key, [[1, 2, 3]]);

        Assert.Contains("<startTime>2026-01-01T05:00:00Z</startTime><endTime>2027-01-01T05:00:00Z</endTime>", file, StringComparison.Ordinal);
        Assert.Equal([plain, elsewhere], SealedAuthorization.Read(file).Value.Authorization.Licenses);
    }

    [Fact]
    [Trait("Feature", "EX-02")]
    public void Only_a_license_that_is_restricted_for_export_is_marked()
    {
        using var key = WireSamples.Key();
        var (plain, restricted) = (ReservationSamples.Specific.Licenses[0], ReservationSamples.Specific.Licenses[0] with { ExportRestricted = true });
        var file = (ReservationSamples.Specific with { Licenses = [plain, restricted] }).Seal(key, [[1, 2, 3]]);

        Assert.Equal(2, file.Split("<exportRestricted>").Length);
        Assert.Contains("<exportRestricted>true</exportRestricted></entitlement></entitlements>", file, StringComparison.Ordinal);
        Assert.Equal([plain, restricted], SealedAuthorization.Read(file).Value.Authorization.Licenses);
    }

    [Theory]
    [InlineData("", "bring the whole file, unchanged")]
    [InlineData("<specificPLR><authorizationCode>", "bring the whole file, unchanged")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><specificPLR><authorizationCode></authorizationCode></specificPLR>", "bring the whole file, unchanged")]
    [InlineData("<specificPLR><authorizationCode><flag>A</flag></authorizationCode></specificPLR>", "is missing")]
    [InlineData("<specificPLR><authorizationCode><flag>A</flag></authorizationCode><more/></specificPLR>", "more in it than belongs there")]
    public void A_file_that_is_none_is_refused_with_its_reason(string text, string words) => ReservationCodeTests.Refused(SealedAuthorization.Read(text), words);

    [Fact]
    public void A_file_that_is_far_too_large_is_refused_before_it_is_read() =>
        ReservationCodeTests.Refused(SealedAuthorization.Read(new string('x', SpecificAuthorization.MaximumBytes + 1)), "at most");

    [Fact]
    public void The_file_of_another_device_cannot_be_given_this_devices_name()
    {
        using var key = WireSamples.Key();
        var file = ReservationSamples.File(key);
        var end = file.LastIndexOf(ReservationSamples.Device.Sn, StringComparison.Ordinal);

        ReservationCodeTests.Refused(SealedAuthorization.Read($"{file[..end]}FOC2501A0B2{file[(end + ReservationSamples.Device.Sn.Length)..]}"), "not the one that was signed");
    }
}
