using Purser.Agent.Policy;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Protocol;

namespace Purser.Agent;

/// <summary>The state, always saved before anything is done on the strength of it.</summary>
internal sealed class AgentMemory
{
    private readonly ITrustedStore store;
    private readonly TimeProvider clock;
    private readonly Action<AgentNotice>? notices;

    public AgentMemory(ITrustedStore store, TimeProvider clock, Action<AgentNotice>? notices)
    {
        this.store = store;
        this.clock = clock;
        this.notices = notices;
        State = Load();
    }

    public DeviceState State { get; private set; }

    /// <summary>By the authority's clock, as far as it is known; whole seconds.</summary>
    public DateTimeOffset Now => LicensingTimes.WholeSecond(OwnTime).AddSeconds(State.ClockOffsetSeconds);

    public DateTimeOffset OwnTime => clock.GetUtcNow();

    /// <summary>Another process may have changed the file.</summary>
    public void Reload() => State = Load();

    public void Change(Func<DeviceState, DeviceState> change)
    {
        var before = State;
        var after = change(before);
        if (after == before)
        {
            return;
        }

        after = PolicyEvents.Log(before, after, OwnTime.AddSeconds(State.ClockOffsetSeconds));

        store.Save(after);
        State = after;
        if (notices is not null)
        {
            foreach (var notice in Notices.Between(before, after, Now))
            {
                notices(notice);
            }
        }
    }

    /// <summary>False when the event means nothing in the present state.</summary>
    public bool Apply(AgentEvent what, Func<DeviceState, DeviceState>? also = null)
    {
        if (TransitionTable.Apply(State, what, Now) is not { } next)
        {
            return false;
        }

        Change(_ => also is null ? next : also(next));
        return true;
    }

    /// <summary>Lets time do what is due: certificates and reserved terms end, the evaluation runs.</summary>
    public void Elapse()
    {
        if (State.Policy is not null)
        {
            Change(state => PolicyElapse.To(state, Now));
            return;
        }

        while (Rules.Elapse.Due(State, Now) is { } due && Apply(due))
        {
            // One event may bring the next.
        }

        Change(state => ReservedCover.Judge(state with { Evaluation = state.Evaluation.Advance(Now, running: state.RunsEvaluation()) }, Now));
    }

    private DeviceState Load() => store.Load() ?? throw new TrustedStoreException("There is no device in this store yet; run init first");
}
