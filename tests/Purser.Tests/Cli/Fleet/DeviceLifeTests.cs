using Purser.Cli.Fleet;

namespace Purser.Tests.Cli.Fleet;

[Trait("Feature", "AG-04")]
public sealed class DeviceLifeTests
{
    [Fact]
    public void A_seed_repeats_a_life_and_another_one_does_not()
    {
        Assert.Equal(Life(7, 3), Life(7, 3));
        Assert.NotEqual(Life(7, 3), Life(8, 3));
        Assert.NotEqual(Life(7, 3), Life(7, 4));
    }

    [Fact]
    public void Devices_arrive_in_time_and_among_many_everything_happens()
    {
        var lives = Enumerable.Range(0, 500).Select(device => Life(1, device)).ToList();
        Assert.All(lives, static life => Assert.True(life[0].Act == Act.Register && life[0].At <= FleetBench.Start.AddDays(21)));
        Assert.Equal(Enum.GetValues<Act>().ToHashSet(), lives.SelectMany(static life => life.Select(static step => step.Act)).ToHashSet());
        Assert.Contains(lives, static life => life[^1].At is null);
    }

    [Fact]
    public void Draws_are_even()
    {
        var random = new SeededSource(1);
        var counts = Enumerable.Range(0, 60_000).GroupBy(_ => random.Between(1, 6)).ToDictionary(static drawn => drawn.Key, static drawn => drawn.Count());
        Assert.Equal([1, 2, 3, 4, 5, 6], counts.Keys.Order());
        Assert.All(counts.Values, static count => Assert.InRange(count, 9_500, 10_500));
        Assert.InRange(Enumerable.Range(0, 10_000).Average(_ => random.Exponential(TimeSpan.FromDays(1)).TotalDays), 0.95, 1.05);
    }

    private static List<(Act Act, DateTimeOffset? At)> Life(ulong seed, int device)
    {
        var life = new DeviceLife(SeededSource.For(seed, (ulong)device), FleetBench.Start, TimeSpan.FromDays(21));
        var steps = new List<(Act, DateTimeOffset?)> { (life.Next, life.At) };
        while (life.At is { } at && at < FleetBench.Start.AddDays(400))
        {
            life.Continue(life.Next, at);
            steps.Add((life.Next, life.At));
        }

        return steps;
    }
}
