using Purser.Server.Reservations.Rules;

namespace Purser.Tests.Reservations.Rules;

/// <summary>Domain rules 13.1: rights from before the upgrade survive it.</summary>
[Trait("Feature", "SP-06")]
public sealed class ReservedShareTests
{
    [Theory]
    [InlineData(0, 5L, 0, 0, "Reserved before the upgrade; stays valid; 0 of 5 used")]
    [InlineData(3, 5L, 3, 0, "Reserved before the upgrade; stays valid; 3 of 5 used")]
    [InlineData(5, 5L, 5, 0, "Reserved before the upgrade; stays valid; 5 of 5 used")]
    [InlineData(6, 5L, 5, 1, "Reserved before the upgrade; stays valid; 5 of 5 used; 1 beyond it counts in use")]
    [InlineData(9, 0L, 0, 9, "Reserved before the upgrade; stays valid; 0 of 0 used; 9 beyond it count in use")]
    [InlineData(9, null, 9, 0, "Reserved universally before the upgrade; stays valid; 9 used")]
    public void The_reservation_covers_first_and_only_the_rest_counts(long reported, long? reserved, long used, long beyond, string text)
    {
        var cover = new ReservedShare(reported, reserved);

        Assert.Equal((used, beyond, text), (cover.Used, cover.Beyond, cover.Text));
    }
}
