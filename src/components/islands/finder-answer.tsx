import type { Finding } from '../../routing/finding.ts';
import { FinderAgain } from './finder-again.tsx';
import { FinderHelplines, FinderReach, FinderRow, FinderServiceRows } from './finder-card.tsx';
import type { FindData } from './finder-data.ts';
import { FinderDoors } from './finder-doors.tsx';
import { FinderList, FinderPlaces } from './finder-list.tsx';
import { FinderName } from './finder-name.tsx';

type Props = { data: FindData; found: Finding & { kind: 'place' } };

/** Who helps in one place: the name, how to reach them, whom they take, how old what we know is, and the other ways out. */
export function FinderAnswer({ data, found }: Props) {
  const { words, cards, places, open } = data;
  const place = places[found.place];
  const card = place && cards[place.card];
  if (!place || !card) return null;

  const isOpen = place.asks !== null && open.includes(place.asks);
  const isService = !place.card.startsWith('to:');
  // The near ones first: the postcode itself told us about them.
  const others = place.neighbours.filter((code) => !found.neighbours.includes(code));
  return (
    <div class="page">
      <FinderAgain data={data} />
      <section class="service">
        <div class="card">
          <header>
            <p class="kicker">
              {place.isArea ? words.answer.area : words.answer.place} <FinderName name={place.name} />
            </p>
            <h1 tabIndex={-1}>
              <FinderName name={card.title} />
            </h1>
            <p class="lead">{place.why}</p>
            {card.text.map((line) => (
              <p key={line}>{line}</p>
            ))}
            {!found.sure && <p class="notice">{words.answer.check}</p>}
          </header>
          {isService ? (
            <dl class="rows">
              <FinderServiceRows data={data} ways={card.ways} />
              {card.rows.map(({ label, lines }) => (
                <FinderRow label={label} key={label}>
                  {lines.length === 1 ? (
                    lines[0]
                  ) : (
                    <ul>
                      {lines.map((line) => (
                        <li key={line}>{line}</li>
                      ))}
                    </ul>
                  )}
                </FinderRow>
              ))}
            </dl>
          ) : (
            <FinderReach data={data} ways={card.ways} />
          )}
          <FinderHelplines title={words.answer.help} lines={card.helplines} />
          {isOpen ? (
            <FinderDoors data={data} found={found} />
          ) : (
            isService && <p class="notice">{words.answer.noForm}</p>
          )}
          <p class="source">{card.source.join(' ')}</p>
        </div>
      </section>
      <section class="else">
        {found.neighbours.length > 0 && (
          <div class="panel">
            <h2>{words.edge.heading}</h2>
            <p>{words.edge.text}</p>
            <FinderPlaces data={data} label={words.edge.heading} codes={found.neighbours} />
          </div>
        )}
        {place.local.length > 0 && (
          <div class="panel">
            <h2>{words.answer.local}</h2>
            <FinderReach data={data} ways={place.local} />
          </div>
        )}
        {place.also.map((id) => {
          const also = cards[id];
          return (
            also && (
              <div class="panel" key={id}>
                <h2>
                  <FinderName name={also.title} />
                </h2>
                {also.text.map((line) => (
                  <p key={line}>{line}</p>
                ))}
                <FinderReach data={data} ways={also.ways} />
                <FinderHelplines lines={also.helplines} />
              </div>
            )
          );
        })}
        {place.isArea && (
          <>
            <div class="panel calm">
              <h2>{words.elsewhere.heading}</h2>
              <p>{words.elsewhere.text}</p>
            </div>
            <div class="panel calm">
              <h2>{words.young.heading}</h2>
              <p>{words.young.text}</p>
            </div>
          </>
        )}
        <details>
          <summary>{words.notMine.summary}</summary>
          <p>{words.notMine.text}</p>
          {others.length > 0 && (
            <>
              <h2>{words.notMine.next}</h2>
              <FinderPlaces data={data} label={words.notMine.next} codes={others} />
            </>
          )}
          <FinderList data={data} id="area" />
        </details>
      </section>
    </div>
  );
}
